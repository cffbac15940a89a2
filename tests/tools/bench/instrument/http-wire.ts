/** HTTP/1.1 as far as a load generator needs it: requests made beforehand, answers cut off the stream by their length. */

export type HttpAnswer = { status: number; header: string; bytes: number }

export function requestText({ path, host, cookie }: { path: string; host: string; cookie: string }): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nAccept: application/json\r\n\r\n`
}

/** Takes the stream in pieces and gives back each answer that is complete. Throws on an answer that names no length. */
export function openAnswers(): (piece: Buffer) => HttpAnswer[] {
  let rest: Buffer = Buffer.alloc(0)
  let header: string | null = null
  let wanted = 0

  return (piece) => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    const answers: HttpAnswer[] = []
    for (;;) {
      if (header === null) {
        const end = rest.indexOf('\r\n\r\n')
        if (end < 0) return answers
        header = rest.subarray(0, end).toString('latin1')
        const length: string | undefined = /\r\ncontent-length: *(\d+)/i.exec(header)?.[1]
        if (length === undefined) throw new Error(`unable to cut an answer without a length: ${header.slice(0, 200)}`)
        wanted = Number(length)
        rest = rest.subarray(end + 4)
      }
      if (rest.length < wanted) return answers
      answers.push({ status: Number(header.slice(9, 12)), header, bytes: wanted })
      rest = rest.subarray(wanted)
      header = null
    }
  }
}
