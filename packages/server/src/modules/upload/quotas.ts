/** How much each person may have: what the settings say, or what an operator said of that person. */
import type { UploadSettings } from '../../settings.ts'
import type { Documents, Localpart, UploadUsage } from '../../storage/repositories.ts'

const KIND = 'plodge:upload-quota'

export class Quotas {
  readonly #documents: Pick<Documents, 'get' | 'set'>
  readonly #settings: () => Pick<UploadSettings, 'quotaFiles' | 'quotaBytes'>

  constructor(documents: Pick<Documents, 'get' | 'set'>, settings: () => Pick<UploadSettings, 'quotaFiles' | 'quotaBytes'>) {
    this.#documents = documents
    this.#settings = settings
  }

  async of(owner: Localpart): Promise<UploadUsage> {
    const { quotaFiles, quotaBytes } = this.#settings()
    return (await this.ownOf(owner)) ?? { files: quotaFiles, bytes: quotaBytes }
  }

  /** Undefined where the settings hold. */
  async ownOf(owner: Localpart): Promise<UploadUsage | undefined> {
    const text = await this.#documents.get(owner, KIND, '')
    return text === undefined ? undefined : (JSON.parse(text) as UploadUsage)
  }

  set(owner: Localpart, quota: UploadUsage | undefined): Promise<void> {
    return this.#documents.set(owner, KIND, '', quota && JSON.stringify(quota))
  }
}
