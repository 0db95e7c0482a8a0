// Generated from openapi.yaml by `npm run generate`: change that, not this.
export interface paths {
  '/sequence': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the numbers of a type
     * @description The elements of one type in the order of their numbers, a page at a time.
     */
    get: operations['listSequenceNumbers'];
    put?: never;
    /**
     * Give an element its number
     * @description Answers the element's number; a new element gets the next of its type, from 1. Repeating the call answers the same number.
     */
    post: operations['generateSequenceNumber'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sequence/lookup': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Read the numbers of many elements
     * @description Answers the numbers of up to 20,000 elements of one type in one call. Elements without a number are left out. Changes nothing.
     */
    post: operations['lookUpSequenceNumbers'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sequence/reorder': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Give elements new numbers
     * @description The same as POST, for clients of later versions of this contract.
     */
    put: operations['replaceOrder'];
    /**
     * Give elements new numbers
     * @description Moves the listed elements to the numbers given, all or none of them. Elements that are not listed keep theirs.
     */
    post: operations['reorderElements'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sequence/version': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the versions of an element
     * @description The kept versions of one element, the oldest first. Version 1 is the element itself and is not kept here.
     */
    get: operations['listVersions'];
    put?: never;
    /**
     * Keep a new version of an element
     * @description Stores newVersionData as the element's next version. Every element has version 1 without being asked, so the first call answers 2.
     */
    post: operations['createVersion'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * @description Kind of the element; dialogue means spokenWord
     * @example section
     * @enum {string}
     */
    ElementType: 'script' | 'section' | 'character' | 'action' | 'spokenWord' | 'dialogue' | 'session' | 'paraphrase';
    /**
     * @description An id that another service gave
     * @example 1
     */
    Id: number;
    /**
     * @description A place in the order of a type
     * @example 1
     */
    Number: number;
    SequenceRequest: {
      elementType: components['schemas']['ElementType'];
      elementId: components['schemas']['Id'];
    };
    SequenceResponse: {
      sequenceNumber: components['schemas']['Number'];
    };
    ElementNumber: {
      elementId: components['schemas']['Id'];
      sequenceNumber: components['schemas']['Number'];
    };
    LookupRequest: {
      elementType: components['schemas']['ElementType'];
      elementIds: components['schemas']['Id'][];
    };
    LookupResponse: {
      elements: components['schemas']['ElementNumber'][];
    };
    /**
     * @description A place to move to; new elements come behind the highest, so some must be left for them
     * @example 2
     */
    Place: number;
    NewPlace: {
      elementId: components['schemas']['Id'];
      newSequence: components['schemas']['Place'];
    };
    ReorderRequest: {
      elementType: components['schemas']['ElementType'];
      elements: components['schemas']['NewPlace'][];
    };
    ReorderResponse: {
      /** @example Reorder successful. */
      message: string;
      updatedElements: components['schemas']['NewPlace'][];
    };
    VersionRequest: {
      elementType: components['schemas']['ElementType'];
      elementId: components['schemas']['Id'];
      /**
       * @description Whatever makes this version
       * @example {
       *       "text": "Deny thy father"
       *     }
       */
      newVersionData: {
        [key: string]: unknown;
      };
    };
    VersionResponse: {
      versionNumber: components['schemas']['Number'];
    };
    Version: {
      versionNumber: components['schemas']['Number'];
      /**
       * @example {
       *       "text": "Deny thy father"
       *     }
       */
      versionData: {
        [key: string]: unknown;
      };
      /**
       * Format: date-time
       * @example 2026-11-21T10:00:00.000Z
       */
      createdAt: string;
    };
    Error: {
      /** @example The request does not fit the contract. */
      message: string;
      /** @example invalid_request */
      errorCode?: string;
      /**
       * @example [
       *       "body/elementId must be >= 1"
       *     ]
       */
      details?: string[];
    };
  };
  responses: {
    /** @description The request does not fit the contract */
    BadRequest: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "The request does not fit the contract.",
         *       "errorCode": "invalid_request",
         *       "details": [
         *         "body/elementId must be >= 1"
         *       ]
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description Something that the request names is not there */
    NotFound: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "Some elements have no number.",
         *       "errorCode": "not_found",
         *       "details": [
         *         "section 7"
         *       ]
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description The texts have more than 4,000,000 bytes in all */
    TooLarge: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "These texts have more than 4,000,000 bytes: ask for fewer at once.",
         *       "errorCode": "too_large"
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description The service itself failed */
    Failed: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "The service itself failed; its log says more.",
         *       "errorCode": "internal_error"
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description Too many lists wait for memory; the call may be repeated */
    Busy: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "Too many lists wait for each other: try again, or ask for fewer at once.",
         *       "errorCode": "busy"
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
  };
  parameters: {
    /**
     * @description Kind of the element; dialogue means spokenWord
     * @example section
     */
    elementType: components['schemas']['ElementType'];
    /**
     * @description Id of the element in its own service
     * @example 1
     */
    elementId: components['schemas']['Id'];
    /**
     * @description How many at most
     * @example 100
     */
    limit: number;
    /**
     * @description How many to leave out at the beginning
     * @example 0
     */
    offset: number;
  };
  requestBodies: never;
  headers: {
    /**
     * @description How many there are in all
     * @example 1
     */
    TotalCount: number;
  };
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listSequenceNumbers: {
    parameters: {
      query: {
        /**
         * @description Kind of the element; dialogue means spokenWord
         * @example section
         */
        elementType: components['parameters']['elementType'];
        /**
         * @description How many at most
         * @example 100
         */
        limit?: components['parameters']['limit'];
        /**
         * @description How many to leave out at the beginning
         * @example 0
         */
        offset?: components['parameters']['offset'];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Elements and their numbers; X-Total-Count says how many there are in all */
      200: {
        headers: {
          'X-Total-Count': components['headers']['TotalCount'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example [
           *       {
           *         "elementId": 1,
           *         "sequenceNumber": 1
           *       }
           *     ]
           */
          'application/json': components['schemas']['ElementNumber'][];
        };
      };
      400: components['responses']['BadRequest'];
      500: components['responses']['Failed'];
    };
  };
  generateSequenceNumber: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "elementType": "script",
         *       "elementId": 1
         *     }
         */
        'application/json': components['schemas']['SequenceRequest'];
      };
    };
    responses: {
      /** @description The element's number */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "sequenceNumber": 1
           *     }
           */
          'application/json': components['schemas']['SequenceResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      500: components['responses']['Failed'];
    };
  };
  lookUpSequenceNumbers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "elementType": "action",
         *       "elementIds": [
         *         1,
         *         2,
         *         3
         *       ]
         *     }
         */
        'application/json': components['schemas']['LookupRequest'];
      };
    };
    responses: {
      /** @description The numbers of those that have one */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "elements": [
           *         {
           *           "elementId": 1,
           *           "sequenceNumber": 4
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['LookupResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      500: components['responses']['Failed'];
    };
  };
  replaceOrder: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "elementType": "section",
         *       "elements": [
         *         {
         *           "elementId": 1,
         *           "newSequence": 2
         *         },
         *         {
         *           "elementId": 2,
         *           "newSequence": 1
         *         }
         *       ]
         *     }
         */
        'application/json': components['schemas']['ReorderRequest'];
      };
    };
    responses: {
      /** @description Every listed element has its new number */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "message": "Reorder successful.",
           *       "updatedElements": [
           *         {
           *           "elementId": 1,
           *           "newSequence": 2
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ReorderResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  reorderElements: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "elementType": "section",
         *       "elements": [
         *         {
         *           "elementId": 1,
         *           "newSequence": 2
         *         },
         *         {
         *           "elementId": 2,
         *           "newSequence": 1
         *         }
         *       ]
         *     }
         */
        'application/json': components['schemas']['ReorderRequest'];
      };
    };
    responses: {
      /** @description Every listed element has its new number */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "message": "Reorder successful.",
           *       "updatedElements": [
           *         {
           *           "elementId": 1,
           *           "newSequence": 2
           *         },
           *         {
           *           "elementId": 2,
           *           "newSequence": 1
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ReorderResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  listVersions: {
    parameters: {
      query: {
        /**
         * @description Kind of the element; dialogue means spokenWord
         * @example section
         */
        elementType: components['parameters']['elementType'];
        /**
         * @description Id of the element in its own service
         * @example 1
         */
        elementId: components['parameters']['elementId'];
        /**
         * @description How many at most
         * @example 100
         */
        limit?: components['parameters']['limit'];
        /**
         * @description How many to leave out at the beginning
         * @example 0
         */
        offset?: components['parameters']['offset'];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Versions; X-Total-Count says how many there are in all */
      200: {
        headers: {
          'X-Total-Count': components['headers']['TotalCount'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example [
           *       {
           *         "versionNumber": 2,
           *         "versionData": {
           *           "text": "Deny thy father"
           *         },
           *         "createdAt": "2026-11-21T10:00:00.000Z"
           *       }
           *     ]
           */
          'application/json': components['schemas']['Version'][];
        };
      };
      400: components['responses']['BadRequest'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
  createVersion: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "elementType": "dialogue",
         *       "elementId": 1,
         *       "newVersionData": {
         *         "text": "Deny thy father"
         *       }
         *     }
         */
        'application/json': components['schemas']['VersionRequest'];
      };
    };
    responses: {
      /** @description The new version's number */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "versionNumber": 2
           *     }
           */
          'application/json': components['schemas']['VersionResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      500: components['responses']['Failed'];
    };
  };
}
