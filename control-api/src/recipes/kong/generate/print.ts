import { Document, isCollection, isPair, isScalar, visit, type YAMLMap, type YAMLSeq } from 'yaml';

const WIDTH = 110;

/** YAML that libyaml, which reads YAML 1.1, reads as the same; short lists and mappings of simple values on one line. */
export function printYaml(value: unknown, comment: string): string {
  const document = new Document(value, { version: '1.1', aliasDuplicateObjects: false });
  document.commentBefore = comment;
  visit(document, {
    Collection(_, collection) {
      collection.flow = isShort(collection);
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false, directives: false });
}

function isShort({ items }: YAMLMap | YAMLSeq): boolean {
  const values = items.flatMap((item) => (isPair(item) ? [item.key, item.value] : [item]));
  const areSimple = values.every((value) => isScalar(value) || (isCollection(value) && value.items.length === 0));
  return areSimple && values.reduce<number>((sum, value) => sum + String(value).length + 2, 0) <= WIDTH;
}
