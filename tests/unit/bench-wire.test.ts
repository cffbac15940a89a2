/** What the load generator says and hears on the wire, in whatever pieces it comes. */
import { expect, test } from 'vitest'
import { openAnswers, requestText } from '../tools/bench/instrument/http-wire.ts'
import {
  callPacket,
  connectPacket,
  frameOf,
  opcodes,
  openFrames,
  readPacket,
  upgradeText,
} from '../tools/bench/instrument/socket-wire.ts'

/** Bytes of a piece: within a header, within a frame, all at once. */
const waysToCut = [3, 1_000, 1_000_000]

function inPieces<Value>(bytes: Buffer, size: number, take: (piece: Buffer) => Value[]): Value[] {
  const found: Value[] = []
  for (let at = 0; at < bytes.length; at += size) found.push(...take(bytes.subarray(at, at + size)))
  return found
}

test('answers are cut off the stream by their length, however it is cut itself', () => {
  const stream = Buffer.from(
    'HTTP/1.1 200 OK\r\nX-Cache: hit\r\nContent-Length: 6\r\n\r\n{"é"}HTTP/1.1 503 Service Unavailable\r\ncontent-length:0\r\n\r\n',
  )
  for (const size of waysToCut) {
    const answers = inPieces(stream, size, openAnswers())
    expect(answers.map(({ status, bytes }) => [status, bytes])).toEqual([
      [200, 6],
      [503, 0],
    ])
    expect(answers[0]?.header).toContain('X-Cache: hit')
  }
  expect(() => openAnswers()(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'))).toThrow(
    'without a length',
  )
  expect(requestText({ path: '/a?b=1', host: 'h:1', cookie: 'c=d' })).toMatch(
    /^GET \/a\?b=1 HTTP\/1\.1\r\n.*\r\n\r\n$/s,
  )
})

/** As a server sends it: no mask. */
function unmasked(frame: Buffer, head: number): Buffer {
  const bare = Buffer.from(frame)
  bare[1] = (bare[1] ?? 0) & 0x7f
  return Buffer.concat([bare.subarray(0, head), bare.subarray(head + 4)])
}

test('frames of every width come back as they were said', () => {
  const texts = ['2', 'x'.repeat(125), 'é'.repeat(1_000), 'y'.repeat(70_000)]
  const heads = [2, 2, 4, 10]
  const stream = Buffer.concat(texts.map((text, at) => unmasked(frameOf(text), heads[at] ?? 2)))
  for (const size of waysToCut) {
    const frames = inPieces(stream, size, openFrames())
    expect(frames.map(({ payload }) => payload.toString())).toEqual(texts)
    expect(frames.every(({ opcode }) => opcode === opcodes.text)).toBe(true)
  }
})

test('a client’s frame has a mask, as a server demands', () => {
  const frame = frameOf('hi', opcodes.pong)
  expect([...frame]).toEqual([0x80 | opcodes.pong, 0x82, 0, 0, 0, 0, 0x68, 0x69])
})

test('packets are told apart without a look at what they carry', () => {
  expect(readPacket('2')).toEqual({ kind: 'ping' })
  expect(readPacket('0{"sid":"a"}')).toEqual({ kind: 'open' })
  expect(readPacket('40{"sid":"a"}')).toEqual({ kind: 'connected' })
  expect(readPacket('42["hello",{"node":"n"}]')).toEqual({
    kind: 'event',
    name: 'hello',
    text: '["hello",{"node":"n"}]',
  })
  expect(readPacket('4317[{"ok":true}]')).toEqual({ kind: 'ack', id: 17, text: '[{"ok":true}]' })
  expect(readPacket('44{"message":"no"}')).toEqual({ kind: 'other', text: '44{"message":"no"}' })
  expect(callPacket(3, 'a:b', { c: 1 })).toBe('423["a:b",{"c":1}]')
  expect(connectPacket({ protocol: 1 })).toBe('40{"protocol":1}')
  expect(upgradeText({ host: 'h', cookie: 'c', key: 'k' })).toMatch(/\r\nUpgrade: websocket\r\n.*\r\n\r\n$/s)
})
