/**
 * The regions of Lightsail that the SDK knows (`RegionName` of @aws-sdk/client-lightsail; a test compares). A region is
 * not refused for being absent here: the list only explains a failure that an unknown region brings.
 */
export const regionNames: readonly string[] = [
  'ap-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-5',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];
