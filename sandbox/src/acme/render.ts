import type { AccountRow, AcmeState, AuthorizationRow, OrderRow } from './models.ts';

export function directoryView(base: string) {
  return {
    newNonce: `${base}/new-nonce`,
    newAccount: `${base}/new-account`,
    newOrder: `${base}/new-order`,
    meta: { termsOfService: `${base}/root`, website: 'https://www.rfc-editor.org/rfc/rfc8555' },
  };
}

export function accountView({ contact }: AccountRow) {
  return { status: 'valid', contact };
}

/** What its authorizations and its certificate make of it. */
export function orderStatus({ authorizations, certificate }: OrderRow, state: AcmeState): string {
  if (certificate !== undefined) return 'valid';
  const rows = state.authorizations.filter(({ id }) => authorizations.includes(id));
  if (rows.every(({ status }) => status === 'valid')) return 'ready';
  return rows.every(({ status }) => status === 'valid' || status === 'pending') ? 'pending' : 'invalid';
}

export function orderView(order: OrderRow, state: AcmeState, base: string) {
  const { id, names, authorizations, certificate, expires } = order;
  return {
    status: orderStatus(order, state),
    expires,
    identifiers: names.map((value) => ({ type: 'dns', value })),
    authorizations: authorizations.map((one) => `${base}/authorization/${one}`),
    finalize: `${base}/finalize/${id}`,
    certificate: certificate === undefined ? undefined : `${base}/certificate/${id}`,
  };
}

export function authorizationView(row: AuthorizationRow, base: string) {
  const { name, wildcard, status } = row;
  return {
    identifier: { type: 'dns', value: name },
    status,
    ...(wildcard ? { wildcard } : {}),
    challenges: [challengeView(row, base)],
  };
}

export function challengeView({ id, token, status, error }: AuthorizationRow, base: string) {
  return {
    type: 'dns-01',
    url: `${base}/challenge/${id}`,
    token,
    status: status === 'deactivated' ? 'invalid' : status,
    ...(error ? { error } : {}),
  };
}
