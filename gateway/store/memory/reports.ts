/** Reports of nodes of the in-process store. */
import { reportKeptMs, reportsAtMost } from '../spans.ts';
import type { Store } from '../store.ts';
import type { Book } from './book.ts';

/** The verbs about reports. */
export function memoryReports(book: Book): Pick<Store, 'report' | 'reports'> {
  return {
    async report(report) {
      const seenAt = book.now();
      for (const [node, kept] of book.reports)
        if (kept.seenAt + reportKeptMs <= seenAt) book.reports.delete(node);
      if (book.reports.has(report.node) || book.reports.size < reportsAtMost)
        book.reports.set(report.node, { ...report, seenAt });
    },
    async reports() {
      const now = book.now();
      const kept = [...book.reports.values()].filter(({ seenAt }) => seenAt + reportKeptMs > now);
      return { reports: kept, now };
    },
  };
}
