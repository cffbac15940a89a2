/** The cluster walks: two people on two nodes talk, a node dies under one of them, and nobody loses a word or a session. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { hasChromium, openBrowser, shoot } from '../kit/browser.ts'
import { clusterControl } from '../kit/cluster-control.ts'
import { eventually } from '../kit/eventually.ts'
import { narrow } from '../kit/launch.ts'
import type { Person } from '../kit/person.ts'
import { openPerson } from '../kit/person.ts'

const stamp = Math.random().toString(36).slice(2, 8)
const room = `harbour-${stamp}`

describe.skipIf(!hasChromium())('the walk', () => {
  const { url } = inject('cluster')
  let browser: Browser
  let ada: Person
  let ben: Person

  beforeAll(async () => {
    browser = await openBrowser()
    ada = await openPerson({ browser, url, name: `ada-${stamp}` })
    ben = await openPerson({ browser, url, name: `ben-${stamp}`, options: { colorScheme: 'dark' } })
    await ada.createRoom(room)
    await ben.joinRoom(room)
  })
  afterAll(async () => {
    await clusterControl().heal()
    expect(browser.faults()).toEqual([])
    await browser.close()
  })

  test('two people on two nodes talk', async () => {
    await onAnotherNode(ben, await ada.node())
    await ada.say('Is this the right harbour?')
    await eventually(async () => (await ben.sees('Is this the right harbour?')) === 1)
    await ben.say('It is. Come aboard.')
    await eventually(async () => (await ada.sees('It is. Come aboard.')) === 1)
    await Promise.all([shoot(ada.page, 'walk-1-talk-ada'), shoot(ben.page, 'walk-1-talk-ben')])
  })

  test('typing and presence are seen across nodes', async () => {
    const field = ben.page.getByRole('textbox', { name: /^Message/ })
    const typing = ada.page.getByText('is typing')
    await eventually(
      async () => {
        await field.press('h')
        return typing.isVisible()
      },
      { withinMs: 8_000, everyMs: 200 },
    )
    await ada.page.getByText('Here · 2').waitFor()
    await field.fill('')
  })

  test('the node of one dies while they type: another serves within 2 s, signed in, the message arrives once', async () => {
    const node = await ben.node()
    const field = ben.page.getByRole('textbox', { name: /^Message/ })
    await field.pressSequentially('The ship goes down, ', { delay: 15 })
    await clusterControl().node('kill', Number(node.replace(/\D/gu, '')))
    const killedAt = performance.now()
    await field.pressSequentially('and I do not mind.', { delay: 15 })
    await ben.page.keyboard.press('Enter')
    await eventually(async () => (await ben.node()) !== node, { withinMs: 6_000 })
    const hoppedInMs = performance.now() - killedAt
    await shoot(ben.page, 'walk-2-hopped-ben')
    await eventually(async () => (await ada.sees('The ship goes down, and I do not mind.')) === 1)
    expect(hoppedInMs).toBeLessThan(2_000)
    expect(await ben.isSignedIn()).toBe(true)
    expect(await ben.sees('The ship goes down, and I do not mind.')).toBe(1)
    await ada.say('We saw. Nobody else did.')
    await eventually(async () => (await ben.sees('We saw. Nobody else did.')) === 1)
    expect(await ada.sees('The ship goes down, and I do not mind.')).toBe(1)
    await shoot(ada.page, 'walk-2-hopped-ada')
    await clusterControl().heal()
  })

  test('what is written while every node is down outlives a reload, and is sent once, in order', async () => {
    const control = clusterControl()
    for (const number of [1, 2, 3]) await control.node('kill', number)
    await ben.say('First, into the dark')
    await ben.say('Second, into the dark')
    await ben.page.getByRole('textbox', { name: /^Message/ }).fill('and a third, unfinished')
    await ben.page.getByText('Reconnecting').waitFor()
    await shoot(ben.page, 'walk-3-away-ben')
    await ben.page.reload()
    await ben.page.locator('.row', { hasText: 'Second, into the dark' }).waitFor()
    expect(await ben.isSignedIn()).toBe(true)
    await shoot(ben.page, 'walk-3-reloaded-ben')
    await control.heal()
    await eventually(async () => (await ada.sees('Second, into the dark')) === 1, { withinMs: 20_000 })
    expect(await ada.sees('First, into the dark')).toBe(1)
    const told = await ada.page.locator('.row', { hasText: 'into the dark' }).allInnerTexts()
    expect(told.map((text) => /(First|Second)/.exec(text)?.[1])).toEqual(['First', 'Second'])
    expect(await ben.page.getByRole('textbox', { name: /^Message/ }).inputValue()).toBe('and a third, unfinished')
    await eventually(async () => !(await ben.page.getByText('Reconnecting').isVisible()))
    await shoot(ben.page, 'walk-3-back-ben')
  })

  test('a phone of the same person reads along', async () => {
    const state = await ben.context.storageState()
    const { page } = await browser.visitor({ viewport: narrow, storageState: state })
    await page.goto(`${url}`)
    await page.getByRole('link', { name: new RegExp(room) }).click()
    await page.getByText('We saw. Nobody else did.').waitFor()
    await ada.say('Hello, little screen')
    await page.getByText('Hello, little screen', { exact: true }).waitFor()
    await shoot(page, 'walk-4-phone-ben')
  })

  /** Connects anew until nginx chooses another node. */
  async function onAnotherNode(person: Person, taken: string): Promise<void> {
    await eventually(
      async () => {
        if ((await person.node()) !== taken) return true
        await person.page.reload()
        await person.page.getByRole('textbox', { name: /^Message/ }).waitFor()
        return false
      },
      { withinMs: 30_000 },
    )
  }
})
