// Before the first paint, so that a chosen look never flashes another one. The keys are shared with ui/theme.ts.
try {
  const root = document.documentElement
  const theme = localStorage.getItem('parley.theme')
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
  if (localStorage.getItem('parley.density') === 'compact') root.dataset.density = 'compact'
} catch {
  // storage is blocked: the usual look does
}
