import { expect, test } from 'vitest'
import { readSid, signSid } from '../../server/cache/cookie.ts'

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
