/** How Parley looks on this device. */
import type { OpenCell } from '../engine/cell.ts'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'

export function Appearance() {
  const { theme, density } = useParts()
  return (
    <>
      <Choices
        label="Colours"
        cell={theme}
        choices={[
          ['system', 'device', 'System'],
          ['light', 'sun', 'Light'],
          ['dark', 'moon', 'Dark'],
        ]}
      />
      <Choices
        label="Density"
        cell={density}
        choices={[
          ['comfortable', 'roomy', 'Comfortable'],
          ['compact', 'close-set', 'Compact'],
        ]}
      />
    </>
  )
}

type Needs<Choice> = {
  label: string
  cell: OpenCell<Choice>
  choices: readonly (readonly [choice: Choice, icon: IconName, label: string])[]
}

function Choices<Choice extends string>({ label, cell, choices }: Needs<Choice>) {
  const chosen = useCell(cell)
  return (
    <div class="choices" role="radiogroup" aria-label={label}>
      {choices.map(([choice, icon, name]) => (
        <label key={choice}>
          <input type="radio" name={label} checked={chosen === choice} onChange={() => cell.set(choice)} />
          <Icon name={icon} size={16} />
          {name}
        </label>
      ))}
    </div>
  )
}
