/** The answer of a call that goes on: server-sent events, written as they come. */
import type { FastifyReply } from 'fastify';

/** The end of a stream that its reader reads. */
export interface StreamWriter {
  /** Takes a piece of text; what was taken before may still wait. */
  write(text: string): void;
  /** Whether its reader has left so much unread that more would only pile up. */
  readonly isBehind: () => boolean;
  /** Calls back once its reader has caught up. */
  onceCaughtUp(work: () => void): void;
  /** Ends it, the reader being told so; harmless when it is over. */
  end(): void;
  /** Breaks it off. */
  destroy(): void;
}

/** Begins the answer with its first piece, so that a refusal can still be one. */
export function writerOf(reply: FastifyReply): StreamWriter {
  const { raw } = reply;
  const begin = (): void => {
    reply.hijack();
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // nginx would keep the events until it has a page of them.
      'x-accel-buffering': 'no',
    });
  };
  return {
    write(text) {
      if (raw.destroyed) return;
      if (!raw.headersSent) begin();
      raw.write(text);
    },
    isBehind: () => raw.writableNeedDrain,
    onceCaughtUp: (work) => void raw.once('drain', work),
    end: () => void raw.end(),
    destroy: () => void raw.destroy(),
  };
}
