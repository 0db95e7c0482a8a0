import {
  breaksReference,
  type Handlers,
  type Numbering,
  notFound,
  type RequestContext,
  refuseDuplicates,
} from '@fountainai/service-kit';
import type { components, operations } from './contract.ts';
import { noScript } from './script-handlers.ts';
import type { SectionRow, Store, Tables } from './store.ts';

type SectionOperations = Pick<
  operations,
  | 'addSectionHeading'
  | 'listSectionHeadings'
  | 'getSectionHeading'
  | 'updateSectionHeading'
  | 'deleteSectionHeading'
  | 'reorderSectionHeadings'
>;

/** What is done with section headings. */
export function createSectionHandlers(store: Store, numbering: Numbering<Tables>): Handlers<SectionOperations> {
  const refuseUnknownScript = async (scriptId: number) => {
    if (!(await store.findScript(scriptId))) throw noScript(scriptId);
  };

  /** With the number of now. */
  const current = async (row: SectionRow, context: RequestContext) => {
    const copies = new Map([[row.heading_id, row.sequence_number]]);
    const { numbers, headers } = await numbering.lookUpSequenceNumbers('section', copies, context);
    return { body: sectionOf(row, numbers), headers };
  };

  return {
    async addSectionHeading({ params: { scriptId }, body: { title } }, context) {
      await refuseUnknownScript(scriptId);
      const row = await numbering
        .create('section', context, (own, { id, sequenceNumber }) =>
          store.insertSection(own, { heading_id: id, script_id: scriptId, title, sequence_number: sequenceNumber }),
        )
        .catch((error) => {
          // Deleted while the number was fetched.
          throw breaksReference(error) ? noScript(scriptId) : error;
        });
      return { status: 201, body: sectionOf(row) };
    },
    async listSectionHeadings({ params: { scriptId }, query: { limit = 100, offset = 0 } }, context) {
      await refuseUnknownScript(scriptId);
      const copies = await store.sectionNumbers(scriptId);
      const { numbers, headers } = await numbering.lookUpSequenceNumbers('section', copies, context);
      const ordered = [...copies.keys()].sort((a, b) => (numbers.get(a) ?? 0) - (numbers.get(b) ?? 0) || a - b);
      const rows = await store.readSections(ordered.slice(offset, offset + limit), context);
      const body = rows
        .map((row) => sectionOf(row, numbers))
        .sort((a, b) => a.sequenceNumber - b.sequenceNumber || a.headingId - b.headingId);
      return { status: 200, body, headers: { ...headers, 'x-total-count': String(copies.size) } };
    },
    async getSectionHeading({ params: { scriptId, headingId } }, context) {
      const row = await store.findSection(scriptId, headingId);
      if (!row) throw noSection(scriptId, headingId);
      return { status: 200, ...(await current(row, context)) };
    },
    async updateSectionHeading({ params: { scriptId, headingId }, body: { title } }, context) {
      const row = await store.updateSection(scriptId, headingId, title);
      if (!row) throw noSection(scriptId, headingId);
      return { status: 200, ...(await current(row, context)) };
    },
    async deleteSectionHeading({ params: { scriptId, headingId } }) {
      if (!(await store.deleteSection(scriptId, headingId))) throw noSection(scriptId, headingId);
      return { status: 204 };
    },
    async reorderSectionHeadings({ params: { scriptId }, body: { elements } }, context) {
      refuseDuplicates('headingId', elements);
      refuseDuplicates('newSequence', elements);
      await refuseUnknownScript(scriptId);
      const known = await store.sectionNumbers(scriptId);
      const missing = elements.filter(({ headingId }) => !known.has(headingId));
      if (missing.length > 0) {
        const details = missing.map(({ headingId }) => `section ${headingId}`);
        throw notFound(`Script ${scriptId} has not all of these sections.`, details);
      }
      const moves = elements.map(({ headingId, newSequence }) => ({ elementId: headingId, newSequence }));
      await numbering.reorder('section', moves, context, (own) => store.moveSections(own, elements));
      return { status: 200, body: { message: 'Reorder successful.' } };
    },
  };
}

const noSection = (scriptId: number, headingId: number) => notFound(`Script ${scriptId} has no section ${headingId}.`);

function sectionOf(row: SectionRow, numbers?: ReadonlyMap<number, number>): components['schemas']['SectionHeading'] {
  return {
    headingId: row.heading_id,
    scriptId: row.script_id,
    title: row.title,
    sequenceNumber: numbers?.get(row.heading_id) ?? row.sequence_number,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
