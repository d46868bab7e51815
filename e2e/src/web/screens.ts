/** Every screen and state of the web client, and the way there: for whoever looks at all of them. */
import type { Page } from 'playwright-core'

export interface Screen {
  readonly name: string
  /** A path to open; what is over a page is opened from there. */
  readonly path: string
  /** Until it is as it will be. */
  readonly until: string
  readonly after?: (page: Page) => Promise<void>
}

/** `dialog`: the browser's own, as all of ours are. */
const opened = async (page: Page, key: string): Promise<void> => {
  await page.locator('#main').focus()
  await page.keyboard.press(key)
  await page.locator('dialog[open]').waitFor()
}

export const SCREENS: readonly Screen[] = [
  { name: 'inbox', path: '/', until: 'main .item, main .empty' },
  { name: 'conversation', path: '/p/amt33', until: '.message' },
  { name: 'conversation that is empty', path: '/p/nobody1', until: '.edge' },
  {
    name: 'message with its actions',
    path: '/p/amt33',
    until: '.message',
    after: async page => {
      await page.locator('.message').last().focus()
      await page.locator('.message:focus .actions [aria-expanded]').click()
    },
  },
  {
    name: 'reply',
    path: '/p/amt33',
    until: '.message',
    after: async page => {
      await page.locator('.message').last().focus()
      await page.keyboard.press('r')
      await page.locator('.mode').waitFor()
    },
  },
  { name: 'room', path: '/r/old-library', until: '.message' },
  { name: 'room that is not there', path: '/r/no-such-room', until: '.strip:not(:empty), .door' },
  { name: 'people', path: '/people', until: '.list.people .item' },
  {
    name: 'people, nobody found',
    path: '/people',
    until: '.list.people .item',
    after: page => page.locator('main input').first().fill('zz zz'),
  },
  { name: 'rooms', path: '/rooms', until: 'main .list .item' },
  { name: 'search', path: '/search?q=cosets', until: '.result' },
  { name: 'search, nothing found', path: '/search?q=zyzzyvax', until: '.hint' },
  { name: 'settings', path: '/settings', until: '.status-form' },
  { name: 'nowhere', path: '/no/such/place', until: '.empty' },
  { name: 'palette', path: '/', until: 'main h1', after: page => opened(page, 'Control+k') },
  { name: 'keys', path: '/', until: 'main h1', after: page => opened(page, '?') },
  { name: 'status', path: '/', until: 'main h1', after: page => opened(page, 's') },
]
