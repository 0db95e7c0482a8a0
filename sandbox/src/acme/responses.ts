import { z } from 'zod';
import type { Route53State } from '../route53/models.ts';
import type { Settings } from '../settings.ts';
import { sign, signersOf } from './authority.ts';
import { dnsProblem } from './challenges.ts';
import { invalidContact, malformed, noSuchAccount, notYours, orderNotReady, termsNotAgreed } from './errors.ts';
import type { Signed } from './jws.ts';
import { type AccountRow, type AcmeState, newId } from './models.ts';
import { accountView, authorizationView, challengeView, orderStatus, orderView } from './render.ts';

export interface AcmeOptions {
  state: AcmeState;
  /** Where TXT records are looked for. */
  route53: Route53State;
  settings: Settings;
  /** Called after each change of the state. */
  changed: () => void;
}

export interface Asked {
  id: string;
  base: string;
  signed: Signed;
}

export interface Response {
  status?: number;
  location?: string;
  /** JSON, or a text that is PEM. */
  body: object | string;
}

const accountInput = z.object({
  contact: z.array(z.string()).optional(),
  termsOfServiceAgreed: z.boolean().optional(),
  onlyReturnExisting: z.boolean().optional(),
});
const orderInput = z.object({
  identifiers: z.array(z.object({ type: z.literal('dns'), value: z.string().regex(/^(\*\.)?[a-z0-9.-]+$/) })).min(1),
});
const statusInput = z.object({ status: z.literal('deactivated') });
const finalizeInput = z.object({ csr: z.string() });
const WEEK_MS = 7 * 86_400_000;

/** The answers to signed requests, by operation. */
export function acmeResponses({ state, route53, settings, changed }: AcmeOptions) {
  const responses: Record<string, (asked: Asked) => Response | Promise<Response>> = {
    newAccount({ base, signed }) {
      const { contact = [], termsOfServiceAgreed, onlyReturnExisting } = take(accountInput, signed);
      const location = (id: string) => `${base}/account/${id}`;
      if (signed.account) {
        return { status: 200, location: location(signed.account.id), body: accountView(signed.account) };
      }
      if (onlyReturnExisting) throw noSuchAccount();
      if (!termsOfServiceAgreed) throw termsNotAgreed();
      const { jwk, thumbprint } = signed;
      const account = { id: newId(), jwk, thumbprint, contact: checked(contact) };
      state.accounts.push(account);
      return { status: 201, location: location(account.id), body: accountView(account) };
    },
    account({ id, signed }) {
      const account = owner(signed);
      if (account.id !== id) throw notYours();
      if (signed.payload) account.contact = checked(take(accountInput, signed).contact ?? account.contact);
      return { body: accountView(account) };
    },
    newOrder({ base, signed }) {
      const account = owner(signed);
      const names = take(orderInput, signed).identifiers.map(({ value }) => value);
      const authorizations = names.map((name) => ({
        ...{ id: newId(), account: account.id, token: newId(), status: 'pending' as const },
        ...{ name: name.replace(/^\*\./, ''), wildcard: name.startsWith('*.') },
      }));
      const expires = new Date(Date.now() + WEEK_MS).toISOString();
      const ids = authorizations.map(({ id }) => id);
      const order = { id: newId(), account: account.id, names, authorizations: ids, expires };
      state.authorizations.push(...authorizations);
      state.orders.push(order);
      return { status: 201, location: `${base}/order/${order.id}`, body: orderView(order, state, base) };
    },
    order: (asked) => ({ body: orderView(ownRow(state.orders, asked), state, asked.base) }),
    authorization(asked) {
      const row = ownRow(state.authorizations, asked);
      if (asked.signed.payload) row.status = take(statusInput, asked.signed).status;
      return { body: authorizationView(row, asked.base) };
    },
    challenge(asked) {
      const row = ownRow(state.authorizations, asked);
      if (!asked.signed.payload || row.status !== 'pending') return { body: challengeView(row, asked.base) };
      // Told as it was before: real ones take their time too.
      const body = challengeView(row, asked.base);
      row.error = dnsProblem(row, asked.signed.thumbprint, route53, settings)?.problem;
      row.status = row.error ? 'invalid' : 'valid';
      return { body };
    },
    async finalize(asked) {
      const order = ownRow(state.orders, asked);
      const status = orderStatus(order, state);
      if (status !== 'ready') throw orderNotReady(status);
      const csr = Buffer.from(take(finalizeInput, asked.signed).csr, 'base64url');
      order.certificate = await sign(csr, order.names, state, settings);
      return { body: { ...orderView(order, state, asked.base), status: 'processing', certificate: undefined } };
    },
    certificate: (asked) => ({ body: ownRow(state.orders, asked).certificate ?? missing() }),
  };

  return {
    async answer(operation: string, asked: Asked): Promise<Response> {
      const response = await (responses[operation] ?? missing)(asked);
      changed();
      return response;
    },
    /** PEM, of whom the certificates come from. */
    async root(): Promise<string> {
      const { root } = await signersOf(state);
      changed();
      return root.certificate;
    },
  };
}

function take<T extends z.ZodType>(schema: T, { payload }: Signed): z.output<T> {
  const read = schema.safeParse(payload ?? {});
  if (!read.success) throw malformed(z.prettifyError(read.error));
  return read.data;
}

function checked(contact: string[]): string[] {
  const odd = contact.find((one) => !/^mailto:[^\s@]+@[^\s@]+\.[^\s@]+$/.test(one));
  if (odd !== undefined) throw invalidContact(odd);
  return contact;
}

function owner({ account }: Signed): AccountRow {
  if (!account) throw noSuchAccount();
  return account;
}

function ownRow<Row extends { id: string; account: string }>(rows: readonly Row[], { id, signed }: Asked): Row {
  const row = rows.find((one) => one.id === id) ?? missing();
  if (row.account !== owner(signed).id) throw notYours();
  return row;
}

function missing(): never {
  throw malformed('Not found', 404);
}
