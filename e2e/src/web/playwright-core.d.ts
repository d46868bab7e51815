/** What these tests use of `playwright-core`: types of our own, so that the rest can be checked where it is not installed. */
declare module 'playwright-core' {
  export interface Locator {
    click(): Promise<void>
    fill(text: string): Promise<void>
    innerText(): Promise<string>
    waitFor(options?: { readonly state: 'visible' | 'hidden' }): Promise<void>
  }
  export interface Socket {
    on(event: 'framesent' | 'framereceived', listener: (frame: { readonly payload: string | Buffer }) => void): void
  }
  export interface Page {
    goto(url: string): Promise<unknown>
    locator(selector: string): Locator
    getByText(text: string | RegExp): Locator
    getByLabel(text: string): Locator
    getByRole(role: 'link' | 'button', options: { readonly name: string }): Locator
    on(event: 'websocket', listener: (socket: Socket) => void): void
    on(event: 'console', listener: (message: { text(): string }) => void): void
    on(event: 'request', listener: (request: { url(): string }) => void): void
    on(event: 'pageerror', listener: (error: Error) => void): void
    url(): string
    waitForURL(url: string): Promise<void>
  }
  export interface BrowserContext {
    newPage(): Promise<Page>
    cookies(): Promise<readonly { readonly name: string; readonly value: string; readonly httpOnly: boolean; readonly sameSite: string }[]>
    close(): Promise<void>
  }
  export interface Browser {
    newContext(options: { readonly ignoreHTTPSErrors: boolean }): Promise<BrowserContext>
    close(): Promise<void>
  }
  export const chromium: {
    launch(options: { readonly executablePath: string; readonly args: readonly string[] }): Promise<Browser>
  }
}
