/** Writes docs/specs from what the server's modules declare: `npm run specs`. */
import { writeFileSync } from 'node:fs'
import { doapOf, indexOf, specsOf } from '@plodge/server/ops/specs.ts'
import { allModules } from '@plodge/testkit/all-modules.ts'

const FOLDER = new URL('../docs/specs/', import.meta.url)
const specs = specsOf(await allModules())
writeFileSync(new URL('index.txt', FOLDER), indexOf(specs))
writeFileSync(new URL('plodge.doap', FOLDER), doapOf(specs))
