import { expect, test } from 'vitest';
import { createMetrics } from '../../src/web/metrics.ts';
import { createInstance, web } from '../web-fakes.ts';

test('requests are measured by route, not by address; operations are counted; the process is described', async () => {
  const metrics = createMetrics();
  const app = await web({ metrics });
  await app.inject(createInstance);
  await app.inject('/operations/op_one');
  await app.inject('/operations/op_two');
  await app.inject('/nowhere');
  metrics.countOperation('instance.create', 'succeeded');
  const { body, headers } = await app.inject('/metrics');
  expect(headers['content-type']).toContain('text/plain');
  expect(body).toContain(
    'http_request_duration_seconds_count{route="/aws/lightsail/create-instance",method="POST",status="200"} 1',
  );
  expect(body).toContain('http_request_duration_seconds_count{route="/operations/:id",method="GET",status="404"} 2');
  expect(body).toContain('http_request_duration_seconds_count{route="none",method="GET",status="404"} 1');
  expect(body).toContain('operations_total{operation="instance.create",status="succeeded"} 1');
  expect(body).toContain('process_resident_memory_bytes');
});

test('each app counts for itself', async () => {
  await (await web()).inject(createInstance);
  expect((await (await web()).inject('/metrics')).body).not.toContain('create-instance');
});
