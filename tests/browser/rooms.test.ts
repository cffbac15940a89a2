/** What people do with rooms, through nginx on three nodes: done by one, seen by the others. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { hasChromium, openBrowser } from '../kit/browser.ts'
import { eventually } from '../kit/eventually.ts'
import type { Person } from '../kit/person.ts'
import { openPerson } from '../kit/person.ts'
import { type RoomHands, roomHands } from '../kit/room-hands.ts'

const stamp = Math.random().toString(36).slice(2, 8)
const [ada, ben, cyd] = [`ada-${stamp}`, `ben-${stamp}`, `cyd-${stamp}`]
const [harbour, attic, cellar] = [`harbour-${stamp}`, `attic-${stamp}`, `cellar-${stamp}`]

describe.skipIf(!hasChromium())('rooms', () => {
  const { url } = inject('cluster')
  let browser: Browser
  let owner: Person
  let guest: Person
  let third: Person
  let own: RoomHands
  let theirs: RoomHands

  beforeAll(async () => {
    browser = await openBrowser()
    owner = await openPerson({ browser, url, name: ada })
    guest = await openPerson({ browser, url, name: ben })
    third = await openPerson({ browser, url, name: cyd })
    own = roomHands(owner.page)
    theirs = roomHands(guest.page)
  })
  afterAll(async () => {
    expect(browser.faults()).toEqual([])
    await browser.close()
  })

  const heading = (person: Person, name: string) => person.page.getByRole('heading', { name, level: 1 })
  const seen = (person: Person, text: string) => eventually(async () => (await person.sees(text)) === 1)

  test('a public room is created, found by a part of its name, and joined', async () => {
    await owner.createRoom(harbour)
    await owner.say('Anybody can come in')
    await guest.joinRoom(harbour)
    await seen(guest, 'Anybody can come in')
    await owner.page.getByRole('button', { name: /^People: 2 members/ }).waitFor()
  })

  test('[X5] a private room is found by nobody, and whoever is invited is in it at once', async () => {
    await owner.page.getByRole('button', { name: 'Create a room' }).first().click()
    await own.dialog.getByText('Private', { exact: true }).click()
    await own.dialog.getByLabel('Name').fill(attic)
    await own.answer('Create')
    await heading(owner, attic).waitFor()
    await guest.page.getByRole('button', { name: 'Browse public rooms' }).click()
    await theirs.dialog.getByRole('searchbox').fill(attic)
    await theirs.dialog.getByText('No room is called that.').waitFor()
    await theirs.close()
    await own.choose(attic, 'Add people')
    await own.pick(ben)
    await own.answer('Add to the room')
    await theirs.open(attic)
    await guest.say('Thank you for having me')
    await seen(owner, 'Thank you for having me')
  })

  test('its owner gives it another name and a topic, and everybody sees them', async () => {
    await own.details(attic)
    await own.answer('Edit')
    await own.dialog.getByLabel('Name').fill(cellar)
    await own.dialog.getByLabel('Topic').fill('What is stored here')
    await own.answer('Save')
    await heading(guest, cellar).waitFor()
    await guest.page.locator('.room-head').getByText('What is stored here').waitFor()
    await own.close()
    await theirs.details(cellar)
    expect(await theirs.dialog.getByRole('button', { name: 'Edit', exact: true }).count()).toBe(0)
    expect(await theirs.dialog.getByRole('button', { name: 'Archive', exact: true }).count()).toBe(0)
    await theirs.close()
  })

  test('an archived room is read by its members and written by nobody, until it is opened again', async () => {
    await own.details(cellar)
    await own.answer('Archive')
    await own.answer('Archive', `Archive ${cellar}?`)
    await eventually(async () => (await guest.page.getByRole('textbox', { name: /^Message/ }).count()) === 0)
    await seen(guest, 'Thank you for having me')
    await theirs.section('Archived').getByText(cellar).waitFor()
    await own.answer('Unarchive')
    await own.answer('Unarchive', `Open ${cellar} again?`)
    await guest.page.getByRole('textbox', { name: `Message ${cellar}` }).waitFor()
    await own.close()
  })

  test('the owner hands the room over, and the new one removes who had it: gone at once, everywhere', async () => {
    await own.details(cellar)
    await own.dialog.getByRole('button', { name: 'What to do about Ben' }).click()
    await owner.page.getByRole('menuitem', { name: 'Make owner' }).click()
    await own.answer('Make owner', /^Make Ben/)
    await own.close()
    await theirs.details(cellar)
    await theirs.dialog.getByRole('button', { name: 'What to do about Ada' }).click()
    await guest.page.getByRole('menuitem', { name: 'Remove from the room' }).click()
    await theirs.answer('Remove', /^Remove Ada/)
    await eventually(async () => (await own.line(cellar).count()) === 0)
    expect(await owner.page.getByText('Thank you for having me').count()).toBe(0)
    await theirs.close()
  })

  test('whoever leaves a room has it no more, and can come back to a public one', async () => {
    await theirs.choose(harbour, 'Leave')
    await theirs.answer('Leave', `Leave ${harbour}?`)
    await eventually(async () => (await theirs.line(harbour).count()) === 0)
    await own.open(harbour)
    await owner.page.getByRole('button', { name: /^People: 1 member\b/ }).waitFor()
    await guest.joinRoom(harbour)
    await seen(guest, 'Anybody can come in')
  })

  test('a favourite stands on top, and stays one on another device', async () => {
    await theirs.choose(harbour, 'Add to favourites')
    await theirs.section('Favourites').getByText(harbour).waitFor()
    const { page } = await browser.visitor({ storageState: await guest.context.storageState() })
    await page.goto(url)
    await roomHands(page).section('Favourites').getByText(harbour).waitFor()
    await page.context().close()
    await theirs.choose(harbour, 'Remove from favourites')
    await theirs.section('Rooms').getByText(harbour).waitFor()
  })

  test('unread messages are counted, mentions by name; a muted room keeps quiet but for those', async () => {
    await theirs.open(cellar)
    await own.open(harbour)
    await owner.say('One')
    await owner.say('Two')
    await eventually(async () => (await theirs.badge(harbour).textContent())?.includes('2') === true)
    await theirs.choose(harbour, 'Mute')
    await eventually(async () => (await theirs.badge(harbour).count()) === 0)
    await owner.say(`@${ben}: three`)
    await eventually(async () => (await theirs.badge(harbour).textContent())?.includes('1 mention') === true)
    await theirs.choose(harbour, 'Mark as read')
    await eventually(async () => (await theirs.badge(harbour).count()) === 0)
    await theirs.choose(harbour, 'Unmute')
    await theirs.choose(harbour, 'Mark as unread')
    await theirs.badge(harbour).waitFor()
    await theirs.open(harbour)
    await eventually(async () => (await theirs.badge(harbour).count()) === 0)
  })

  test('a conversation with one person, and another one with several, whoever begins it', async () => {
    await owner.page.getByRole('button', { name: 'New direct message' }).first().click()
    await own.pick(ben)
    await own.answer('Start talking')
    await heading(owner, 'Ben').waitFor()
    await owner.say('Just the two of us')
    await theirs.section('Direct messages').getByText('Ada').click()
    await seen(guest, 'Just the two of us')
    await owner.page.getByRole('button', { name: 'New direct message' }).first().click()
    await own.pick(ben, cyd)
    await own.answer('Start talking')
    await owner.page.getByRole('heading', { name: /Ben.*Cyd|Cyd.*Ben/, level: 1 }).waitFor()
    await owner.say('The three of us')
    await roomHands(third.page).section('Direct messages').getByText('Ada').click()
    await seen(third, 'The three of us')
    await guest.page.getByRole('button', { name: 'New direct message' }).first().click()
    await theirs.pick(ada)
    await theirs.answer('Start talking')
    await seen(guest, 'Just the two of us')
  })

  test('Ctrl+K goes to a room, or to a person one has never talked to, by a few letters', async () => {
    const field = (person: Person) => person.page.getByRole('combobox', { name: 'Go to a room or a person' })
    await guest.page.keyboard.press('Control+k')
    await field(guest).fill('harb')
    await guest.page.getByRole('option', { name: harbour }).waitFor()
    await guest.page.keyboard.press('Enter')
    await heading(guest, harbour).waitFor()
    await guest.page.keyboard.press('Control+k')
    await field(guest).fill(cyd)
    await guest.page.getByRole('option', { name: `@${cyd}` }).waitFor()
    await guest.page.keyboard.press('Enter')
    await heading(guest, 'Cyd').waitFor()
  })
})
