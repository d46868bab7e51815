/** Keys about files that people upload. */
import type { UploadSettings } from '@plodge/server/settings.ts'
import { type Key, key } from './key.ts'
import { httpsUrl, limit, listOfTypes, orFalse } from './kinds.ts'

export const UPLOAD: { readonly [K in keyof UploadSettings]: Key<UploadSettings[K]> } = {
  baseUrl: key<string | undefined>(
    'upload.base_url',
    orFalse(httpsUrl),
    false,
    'Where clients reach uploaded files, when that is not this server by its domain: a name of their own keeps them apart from web pages.',
    'base_url = "https://files.chat.cam.ac.uk/upload/"',
  ),
  fileBytes: key('upload.file_bytes', limit, 104_857_600, 'The largest file, in bytes.', 'file_bytes = 104857600'),
  profileBytes: key(
    'upload.profile_bytes',
    limit,
    2_097_152,
    'The largest file for a profile, such as a picture; these are kept until they are removed.',
    'profile_bytes = 2097152',
  ),
  quotaFiles: key('upload.quota_files', limit, 20_000, 'How many files one person may have.', 'quota_files = 20000'),
  quotaBytes: key(
    'upload.quota_bytes',
    limit,
    5_368_709_120,
    'How many bytes the files of one person may have.',
    'quota_bytes = 5368709120',
  ),
  slotsPerHour: key(
    'upload.slots_per_hour',
    limit,
    300,
    'How many files one person may begin to upload in an hour.',
    'slots_per_hour = 300',
  ),
  keepDays: key<number | undefined>(
    'upload.keep_days',
    orFalse(limit),
    365,
    'For how many days files are kept; false keeps them for ever.',
    'keep_days = 365',
  ),
  types: key<readonly string[]>(
    'upload.types',
    listOfTypes,
    ['*'],
    'Which content types may be uploaded.',
    'types = ["image/*", "text/plain"]',
  ),
  keepFreeBytes: key(
    'upload.keep_free_bytes',
    limit,
    536_870_912,
    'What uploads leave free on the disk, so that messages can still be stored.',
    'keep_free_bytes = 536870912',
  ),
}
