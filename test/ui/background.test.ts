import { expect, test } from 'vitest';
import { Background } from '../../src/ui/background.ts';
import { BrowseModel } from '../../src/ui/model.ts';
import { openWorld } from './open-world.ts';

test('a list that is first asked for while a frame is drawn is filled too', async () => {
  const world = await openWorld('fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');
  const model = new BrowseModel(world, { columns: 80, rows: 24 }, () => undefined);
  const background = new Background(model);
  await new Promise((resolve) => setTimeout(resolve, 20));
  // No action comes behind this.
  const list = world.lists.events('pasid=2 kind=page-response');
  const told = new Promise<void>((resolve) => model.subscribe(resolve));
  await told;
  expect(list.isComplete).toBe(true);
  expect(list.count).toBe(3);
  background.stop();
});
