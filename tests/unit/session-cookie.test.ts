import { expect, test } from 'vitest'
import { openSidReader, readSid, signSid } from '../../server/cache/cookie.ts'

const [name, secret] = ['parley.sid', 'a secret of at least thirty-two characters']
const read = (cookieHeader: string | undefined) => readSid({ cookieHeader, name, secret })

test('[S5] a signed id is read back, wherever it stands among other cookies', () => {
  const value = signSid('an-id_with.dots', secret)
  for (const header of [`${name}=${value}`, `a=1; ${name}=${value}; b=2`, `b=2;${name}=${value}`]) {
    expect(read(header)).toBe('an-id_with.dots')
  }
})

test('[S5] what this secret has not signed is no id', () => {
  const value = signSid('id', secret)
  for (const bad of [undefined, '', 'a=1', name, `${name}=`, `${name}=id`, `${name}=%E0%A4%A`, `x${name}=${value}`]) {
    expect(read(bad)).toBeNull()
  }
  expect(read(`${name}=${signSid('id', 'another secret')}`)).toBeNull()
  expect(read(`${name}=${value.replace('id', 'ie')}`)).toBeNull()
  expect(read(`${name}=${value}x`)).toBeNull()
})

test('[S5] whoever asks again is known, and nobody else for it', () => {
  const readAgain = openSidReader({ name, secret })
  const headerOf = (id: string) => `${name}=${signSid(id, secret)}`
  const ids = Array.from({ length: 2_500 }, (_, n) => `id-${n}`)
  for (let round = 0; round < 2; round++) {
    for (const id of ids) expect(readAgain(headerOf(id))).toBe(id)
    expect(readAgain(`a=${'x'.repeat(600)}; ${headerOf('long')}`)).toBe('long')
    for (const bad of [undefined, '', headerOf('id-1').replace('id-1', 'id-2'), `${headerOf('id-1')}x`])
      expect(readAgain(bad)).toBeNull()
  }
})
