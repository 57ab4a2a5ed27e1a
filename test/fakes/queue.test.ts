import { queueContract } from '../contracts/queue.ts';
import { FakeQueue } from './queue.ts';

queueContract('the fake queue', () => {
  const queue = new FakeQueue();
  const stops: (() => Promise<void>)[] = [];
  return Promise.resolve({
    queue,
    serve: (handler) => {
      stops.push(queue.serve(handler).stop);
    },
    failed: queue.failed,
    close: async () => {
      for (const stop of stops) await stop();
    },
  });
});
