import { AppError } from '../../lib/errors.ts';

/** Every page of a list, in order. @throws {AppError} aws_error when AWS names the same next page twice */
export async function allPages<P extends { nextPageToken?: string | undefined }>(
  read: (pageToken?: string) => Promise<P>,
): Promise<P[]> {
  const pages = [await read()];
  for (let token = pages[0]?.nextPageToken; token; ) {
    const page = await read(token);
    if (page.nextPageToken === token) throw new AppError('aws_error', 'A list of AWS does not end.');
    pages.push(page);
    token = page.nextPageToken;
  }
  return pages;
}
