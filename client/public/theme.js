// Before the first paint, so that a chosen theme never flashes the other one. The key is shared with ui/theme.ts.
try {
  const theme = localStorage.getItem('parley.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // storage is blocked: the system's theme does
}
