import t from 'tap';
import { percentFor } from '../gateway/heap-growth.ts';

const mebibyte = 1_048_576;
const left = (heap: number, buffers: number) => ({
  used_heap_size: heap * mebibyte,
  external_memory: buffers * mebibyte,
});

void t.test('a heap has room for 64 MiB of garbage, whatever lives in it', async (t) => {
  t.equal(percentFor(left(32, 0)), 200);
  t.equal(percentFor(left(90, 38)), 50);
});

void t.test('a very small heap and a very large one have what V8 would give them', async (t) => {
  t.equal(percentFor(left(4, 0)), 300);
  t.equal(percentFor(left(900, 100)), 20);
});
