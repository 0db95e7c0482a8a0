import { type Handlers, refuseDuplicates } from '@fountainai/service-kit';
import type { components, operations } from './contract.ts';
import type { ElementType, NewPlace, Store } from './store.ts';

type WireType = components['schemas']['ElementType'];

/** What each operation of openapi.yaml does. */
export function createHandlers(store: Store): Handlers<operations> {
  const reorder = async (elementType: WireType, elements: readonly NewPlace[]) => {
    refuseDuplicates('elementId', elements);
    refuseDuplicates('newSequence', elements);
    await store.reorder(typeOf(elementType), elements);
    const updatedElements = elements.map(({ elementId, newSequence }) => ({ elementId, newSequence }));
    return { status: 200 as const, body: { message: 'Reorder successful.', updatedElements } };
  };
  return {
    async generateSequenceNumber({ body: { elementType, elementId } }) {
      return { status: 201, body: { sequenceNumber: await store.allocate(typeOf(elementType), elementId) } };
    },
    async listSequenceNumbers({ query: { elementType, limit = 100, offset = 0 } }) {
      const { total, elements } = await store.list(typeOf(elementType), { limit, offset });
      return { status: 200, body: elements, headers: { 'x-total-count': String(total) } };
    },
    async lookUpSequenceNumbers({ body: { elementType, elementIds } }) {
      return { status: 200, body: { elements: await store.lookUp(typeOf(elementType), elementIds) } };
    },
    reorderElements: ({ body }) => reorder(body.elementType, body.elements),
    replaceOrder: ({ body }) => reorder(body.elementType, body.elements),
    async createVersion({ body: { elementType, elementId, newVersionData } }) {
      const versionNumber = await store.addVersion(typeOf(elementType), elementId, newVersionData);
      return { status: 201, body: { versionNumber } };
    },
    async listVersions({ query: { elementType, elementId, limit = 100, offset = 0 } }, context) {
      const { total, versions } = await store.versions(typeOf(elementType), elementId, { limit, offset }, context);
      return { status: 200, body: versions, headers: { 'x-total-count': String(total) } };
    },
  };
}

/** V1's example of a version says dialogue where everything else says spokenWord: they are one. */
function typeOf(type: WireType): ElementType {
  return type === 'dialogue' ? 'spokenWord' : type;
}
