import type { ChangeRow, RecordRow, ZoneRow } from './models.ts';

export const hostedZone = ({ id, name, callerReference, comment, private: isPrivate, records }: ZoneRow) => ({
  Id: `/hostedzone/${id}`,
  Name: name,
  CallerReference: callerReference,
  Config: { Comment: comment, PrivateZone: isPrivate },
  ResourceRecordSetCount: records.length,
});

export const delegationSet = ({ nameServers }: ZoneRow) => ({ NameServers: { NameServer: nameServers } });

export const changeInfo = ({ id, submittedAt, comment }: ChangeRow, inSync: boolean) => ({
  Id: `/change/${id}`,
  Status: inSync ? 'INSYNC' : 'PENDING',
  SubmittedAt: new Date(submittedAt).toISOString(),
  Comment: comment,
});

export const resourceRecordSet = ({ name, type, setIdentifier, routing, ttl, values, alias }: RecordRow) => ({
  Name: name,
  Type: type,
  SetIdentifier: setIdentifier,
  Weight: routing?.weight,
  Region: routing?.region,
  Failover: routing?.failover,
  MultiValueAnswer: routing?.multiValueAnswer,
  TTL: ttl,
  ResourceRecords: alias ? undefined : { ResourceRecord: values.map((Value) => ({ Value })) },
  AliasTarget: alias && {
    HostedZoneId: alias.hostedZoneId,
    DNSName: alias.dnsName,
    EvaluateTargetHealth: alias.evaluateTargetHealth,
  },
});
