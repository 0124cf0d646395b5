/** How a request stands, in one or two words. */
import type { ElevationRequest } from '../api/shapes.ts';
import { Tag, type Tone } from '../shell/Tag.tsx';

const words: Readonly<Record<ElevationRequest['state'], { readonly tone: Tone; readonly text: string }>> = {
  pending: { tone: 'warn', text: 'waiting' },
  approved: { tone: 'good', text: 'approved' },
  denied: { tone: 'bad', text: 'denied' },
  withdrawn: { tone: 'quiet', text: 'withdrawn' },
  lapsed: { tone: 'quiet', text: 'lapsed, not decided' },
};

/** The words say the same as the colour. */
export function RequestState({ request }: { request: Pick<ElevationRequest, 'state'> }) {
  const { tone, text } = words[request.state];
  return <Tag tone={tone}>{text}</Tag>;
}
