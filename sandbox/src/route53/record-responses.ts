import { applyBatch } from './change-batch.ts';
import { invalidInput, noSuchChange } from './errors.ts';
import { changeRequest, take } from './inputs.ts';
import { submit } from './models.ts';
import { absoluteName, compare, sortKey } from './names.ts';
import { pageSize } from './paging.ts';
import { changeInfo, resourceRecordSet } from './render.ts';
import type { Asked, Response, Route53Options } from './responses.ts';
import { readXml } from './xml.ts';
import { createZones } from './zones.ts';

/** The answers about records and their changes. */
export function recordResponses({ state, settings, changed }: Route53Options) {
  const zones = createZones(state);
  return {
    /** From a name, type and identifier on. Shows what is PENDING too. */
    ListResourceRecordSets({ id, query }: Asked): Response {
      const size = pageSize(query, 300, settings);
      const [name, type, identifier] = ['name', 'type', 'identifier'].map((key) => query.get(key));
      if (type && !name) throw invalidInput('Invalid parameter : type without name');
      if (identifier && !type) throw invalidInput('Invalid parameter : identifier without type');
      const start = name ? [sortKey(absoluteName(name)), type ?? '', identifier ?? ''] : [];
      const rows = zones.get(id).records.filter((row) => {
        const place = [sortKey(row.name), row.type, row.setIdentifier ?? ''];
        const different = start.findIndex((part, index) => part !== place[index]);
        return different < 0 || compare(place[different] ?? '', start[different] ?? '') > 0;
      });
      const next = rows[size];
      const content = {
        ResourceRecordSets: { ResourceRecordSet: rows.slice(0, size).map(resourceRecordSet) },
        ...{ IsTruncated: next !== undefined, MaxItems: size, NextRecordName: next?.name, NextRecordType: next?.type },
        NextRecordIdentifier: next?.setIdentifier,
      };
      return { root: 'ListResourceRecordSetsResponse', content };
    },
    ChangeResourceRecordSets({ id, body }: Asked): Response {
      const zone = zones.get(id);
      const { ChangeBatch } = take(changeRequest, readXml(body, 'ChangeResourceRecordSetsRequest'));
      zone.records = applyBatch(zone, ChangeBatch.Changes.Change);
      const ChangeInfo = changeInfo(submit(state, ChangeBatch.Comment), false);
      changed();
      return { root: 'ChangeResourceRecordSetsResponse', content: { ChangeInfo } };
    },
    GetChange({ id }: Asked): Response {
      const change = state.changes.find((one) => one.id === id);
      if (!change) throw noSuchChange(id);
      const inSync = Date.now() - change.submittedAt >= settings.delays.inSyncMs;
      return { root: 'GetChangeResponse', content: { ChangeInfo: changeInfo(change, inSync) } };
    },
  };
}
