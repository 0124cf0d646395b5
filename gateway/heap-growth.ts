/** How much a gateway's heap may grow before all of it is collected. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8 counts the buffers that packs pass through as growth of the heap. After its first whole collection a calm gateway has
 * some 33 MB left and is allowed little more, so that 25 MB of pack in flight are enough for the next one: 47 whole collections
 * for each GB of a clone, two thirds of its processor time. At 100 that came back now and then. A heap that grows to four
 * times what lives is what V8 allows a busy one by itself.
 */
const growingPercent = 300;

/** For the whole process, from the next collection on. */
export function letHeapGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
}
