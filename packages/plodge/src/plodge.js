#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
enableCompileCache()
const { main, terminal } = await import('./main.ts')
const code = await main(process.argv.slice(2), terminal)
process.exit(code)
