import { expect, test } from 'vitest'
import { refusals } from '#protocol/refusals.ts'
import { Refusal } from '../../server/kit/refusal.ts'

test('a refusal tells the peer what its row in the table says', () => {
  for (const [code, row] of Object.entries(refusals)) {
    const refusal = new Refusal(code as keyof typeof refusals)
    expect(refusal.view).toEqual({ code, detail: row.detail, definite: row.definite })
    expect(refusal.status).toBe(row.status)
  }
})

test('a refusal may know better than its row that nothing happened, and how long to wait', () => {
  const refusal = new Refusal('unavailable', { definite: true, retryInMs: 250, cause: new Error('a pool is full') })
  expect(refusal.view).toMatchObject({ definite: true, retryInMs: 250 })
  expect(JSON.stringify(refusal.view)).not.toContain('pool')
})
