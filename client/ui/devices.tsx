/** The devices one is signed in on, each with a way to end that from here. */

import { useEffect, useState } from 'preact/hooks'
import type { Device } from '#protocol/panel.ts'
import { agoOf } from './dates.ts'
import { deviceName } from './device-name.ts'
import { Fault } from './fault.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { faultOf } from './words.ts'

export function Devices() {
  const { engine, clock } = useParts()
  const [devices, setDevices] = useState<Device[] | null>(null)
  const [fault, setFault] = useState<string | null>(null)

  useEffect(() => {
    let wanted = true
    void engine.devices().then((answer) => {
      if (!wanted) return
      setFault(faultOf(answer))
      if (answer.ok) setDevices(answer.value)
    })
    return () => {
      wanted = false
    }
  }, [engine])

  async function end(device: Device): Promise<void> {
    const no = faultOf(await engine.endDevice(device.handle))
    setFault(no)
    if (no === null) setDevices((devices ?? []).filter((one) => one.handle !== device.handle))
  }

  return (
    <>
      <ul class="picks">
        {devices
          ?.toSorted((a, b) => Number(b.current) - Number(a.current) || b.signedInAt.localeCompare(a.signedInAt))
          .map((device) => (
            <li key={device.handle} class="pick">
              <span class="pick-glyph">
                <Icon name={/iPhone|Android/u.test(device.userAgent) ? 'phone' : 'device'} />
              </span>
              <span class="pick-words">
                <span>{deviceName(device.userAgent)}</span>
                <span>
                  {device.current ? 'This device · ' : ''}
                  signed in {agoOf(device.signedInAt, clock.now())}
                </span>
              </span>
              {!device.current && (
                <button
                  type="button"
                  class="button"
                  aria-label={`Sign out ${deviceName(device.userAgent)}`}
                  onClick={() => void end(device)}
                >
                  Sign out
                </button>
              )}
            </li>
          ))}
      </ul>
      <Fault text={fault} />
    </>
  )
}
