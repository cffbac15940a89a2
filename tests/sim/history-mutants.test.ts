/** Proof that the exploration of cached history can fail: copies of the tree with one precaution taken out each. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

/** `runs`: for what takes long to find. */
type Mutant = { plan: string; file: string; replace: string; by: string; runs?: number }

const root = new URL('../../', import.meta.url).pathname

const mutants: Record<string, Mutant> = {
  '[C2] without leases a reader fills what was read before the write: the stale fill': {
    plan: '[C2] a reader of a cold page beside an edit',
    file: 'server/cache/read-through.ts',
    replace: '(await leases.fill(key, token,',
    by: '(await leases.release(key, token), await leases.lease(key, token), await leases.fill(key, token,',
  },
  '[C8] without the debt in the commit a delete that never came is lost': {
    plan: '[C8] the editor of a full page is cut off and dies',
    file: 'server/cache/history-writes.ts',
    replace: 'return keys\n      }',
    by: 'return []\n      }',
  },
  '[C8] without the debt after a commit the tail of a node that is cut off stays': {
    plan: '[C8] a sender is cut off from the cache',
    file: 'server/cache/debts.ts',
    replace: 'for (const key of keys) noted.add(key)\n    if (noting',
    by: 'if (noting',
  },
  '[C8] without marks a death between commit and delete leaves the old body': {
    plan: '[C8] the writer of an edit dies beside a reader of a cold page',
    file: 'server/cache/held-marks.ts',
    replace: 'await marks.mark(their, name) //',
    by: '//',
  },
  '[C8] without the delete after the commit a reader fills what it read before it': {
    plan: '[C2] a reader of a cold page beside an edit',
    file: 'server/cache/held-marks.ts',
    replace: 'leases.invalidate([...takenBefore.keys()]).then(',
    by: 'Promise.resolve().then(',
  },
  '[C8] a commit of unknown outcome must leave its marks': {
    plan: '[C8] an edit is committed later than anybody knows',
    file: 'server/rooms/lane-commit.ts',
    replace: 'unknown ? pages?.leaveMarked(rowsOf(part)) : drop(part)',
    by: 'drop(part)',
  },
  '[C8] a mark that is just being taken away is none to trust': {
    plan: '[C8] a node that edits a page twice dies',
    file: 'server/cache/held-marks.ts',
    replace:
      'for (const key of idle) holds.delete(key)\n    if (isDropped) await marks.unmark(idle, [...names]).catch(onFault)\n    else await owe(idle) //',
    by: 'if (isDropped) await marks.unmark(idle, [...names]).catch(onFault)\n    else await owe(idle)\n    for (const key of idle) holds.delete(key) //',
    runs: 12_000,
  },
  '[C8] what a commit takes while it is being dropped must stay marked': {
    plan: '[C8] a node edits a page twice beside readers of it, and dies',
    file: 'server/cache/held-marks.ts',
    replace: 'holds.get(key)?.taken === taken',
    by: 'holds.has(key) && taken > 0',
  },
  '[C4] a draft that was known owes the tail its message': {
    plan: '[C4] a draft is sent again because its node died',
    file: 'server/rooms/lane-commit.ts',
    replace: 'pages?.dropTails([roomId])',
    by: 'undefined',
  },
  '[C4] a tail must not grow over a row that was changed': {
    plan: '[C3] an editor’s word with the cache is lost',
    file: 'server/cache/history-writes.ts',
    replace: 'lines: messages.map(lineOf) } : null',
    by: 'lines: messages.map(lineOf) } : { first: head + 1, lines: [] }',
  },
  '[C4] an ack that does not wait for the delete is too early': {
    plan: '[C4] a reader beside two senders',
    file: 'server/rooms/lane-commit.ts',
    replace: 'Promise.allSettled([dropped, announce.commit(commit)])',
    by: 'Promise.allSettled([])',
  },
}

const copies: string[] = []
afterAll(async () => {
  for (const copy of copies) await rm(copy, { recursive: true })
})

async function copyWith({ file, replace, by }: Mutant): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'parley-mutant-'))
  copies.push(copy)
  for (const part of ['server', 'tests/kit', 'tests/fakes', 'package.json']) {
    await cp(join(root, part), join(copy, part), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  const parts = (await readFile(join(copy, file), 'utf8')).split(replace)
  expect(parts, `${replace} stands in ${file} once`).toHaveLength(2)
  await writeFile(join(copy, file), parts.join(by))
  return copy
}

for (const [name, mutant] of Object.entries(mutants)) {
  test.concurrent(name, async ({ expect, annotate }) => {
    const copy = await copyWith(mutant)
    const explorer = join(copy, 'tests/kit/explore-history.ts')
    const { plan, runs = 4_000 } = mutant
    const { stdout } = await promisify(execFile)(process.execPath, [explorer, plan, String(runs)])
    const { violation, tried } = JSON.parse(stdout)
    expect(violation, 'nothing was found').not.toBeNull()
    const { fault, trace } = violation
    await annotate(`${fault}\n${trace.join('\n')}`)
    process.stdout.write(`${name}: found in ${trace.length} steps, in run ${tried}\n`)
  })
}
