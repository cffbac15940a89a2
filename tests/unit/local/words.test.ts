/** What operators may type, and what they are told when it cannot be understood. */
import { expect, test } from 'vitest'
import { parseCommand } from '../../../infra/local/command.ts'
import { Fault } from '../../../infra/local/fault.ts'
import { parseOptions } from '../../../infra/local/options.ts'

test('npm start takes nodes, port and host, and has defaults', () => {
  expect(parseOptions([])).toEqual({ nodes: 3, port: 8080, host: '127.0.0.1', help: false })
  const all = parseOptions(['--nodes', '5', '--port=9000', '--host', '0.0.0.0'])
  expect(all).toEqual({ nodes: 5, port: 9000, host: '0.0.0.0', help: false })
})

test.for([
  [['--nodes', '0']],
  [['--nodes', 'three']],
  [['--nodes', '33']],
  [['--port', '70000']],
  [['--prot', '1']],
  [['8080']],
])('npm start refuses %j with a sentence', ([args = []]) => {
  expect(() => parseOptions(args)).toThrow(Fault)
})

test('npm run cluster understands every line of API.md', () => {
  const lines = ['status', 'kill 2', 'stop 2', 'pause 2', 'resume 2', 'start 2', 'scale 5']
  expect(lines.map((line) => parseCommand(line.split(' ')))).toEqual([
    { verb: 'status' },
    { verb: 'kill', node: 2 },
    { verb: 'stop', node: 2 },
    { verb: 'pause', node: 2 },
    { verb: 'resume', node: 2 },
    { verb: 'start', node: 2 },
    { verb: 'scale', nodes: 5 },
  ])
  for (const service of ['redis', 'postgres', 'cache'] as const)
    for (const verb of ['kill', 'start'] as const) expect(parseCommand([verb, service])).toEqual({ verb, service })
  for (const verb of ['kill', 'stop', 'start', 'reload'] as const)
    expect(parseCommand([verb, 'nginx'])).toEqual({ verb, service: 'nginx' })
  expect(parseCommand(['kill', 'node-3'])).toEqual({ verb: 'kill', node: 3 })
  expect(parseCommand(['rebalance'])).toEqual({ verb: 'rebalance' })
})

test.for([
  '',
  'kill',
  'kill 0',
  'kill -1',
  'pause nginx',
  'reload 1',
  'reload redis',
  'kill 1 2',
  'status 1',
  'scale',
  'scale redis',
  'scale 99',
  'dance 1',
])('npm run cluster refuses "%s" and says how it reads', (line) => {
  expect(() => parseCommand(line.split(' '))).toThrow(/kill N/)
})
