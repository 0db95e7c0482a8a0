// Generated from openapi.yaml by `npm run generate`: change that, not this.
export interface paths {
  '/scripts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List scripts
     * @description Scripts in their order, a page at a time; filters may be combined. Sections are read by listSectionHeadings.
     */
    get: operations['listScripts'];
    put?: never;
    /**
     * Create a script
     * @description Keeps a new script and gives it the next number of scripts.
     */
    post: operations['createScript'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/scripts/{scriptId}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
      };
      cookie?: never;
    };
    /**
     * Read a script
     * @description One script, without its sections.
     */
    get: operations['getScriptById'];
    /**
     * Change a script
     * @description Changes the fields that are sent and keeps the others. An empty author or description is a value too.
     */
    put: operations['updateScript'];
    post?: never;
    /**
     * Delete a script
     * @description Deletes the script and its sections. What other services keep about it stays; its number is not given again.
     */
    delete: operations['deleteScript'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/scripts/{scriptId}/sections': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
      };
      cookie?: never;
    };
    /**
     * List the sections of a script
     * @description The script's section headings in the order of their numbers, a page at a time.
     */
    get: operations['listSectionHeadings'];
    put?: never;
    /**
     * Add a section to a script
     * @description Keeps a new section heading of the script and gives it the next number of sections.
     */
    post: operations['addSectionHeading'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/scripts/{scriptId}/sections/reorder': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Give sections of a script new numbers
     * @description Moves the listed sections to the numbers given, all or none of them. Sections that are not listed keep theirs.
     */
    post: operations['reorderSectionHeadings'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/scripts/{scriptId}/sections/{headingId}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
        /**
         * @description Id of the section heading
         * @example 1
         */
        headingId: components['parameters']['headingId'];
      };
      cookie?: never;
    };
    /**
     * Read a section of a script
     * @description One section heading.
     */
    get: operations['getSectionHeading'];
    /**
     * Change a section of a script
     * @description Changes the fields that are sent and keeps the others.
     */
    put: operations['updateSectionHeading'];
    post?: never;
    /**
     * Delete a section of a script
     * @description Deletes the section heading. What other services keep about it stays; its number is not given again.
     */
    delete: operations['deleteSectionHeading'];
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
     * @description An id that this service gave
     * @example 1
     */
    Id: number;
    /**
     * @description A place in the order
     * @example 1
     */
    Number: number;
    /** @example Romeo and Juliet */
    Title: string;
    /** @example A tale of two star-crossed lovers. */
    Text: string;
    /**
     * @description Part of a text
     * @example romeo
     */
    Filter: string;
    /**
     * Format: date-time
     * @example 2026-11-21T10:00:00.000Z
     */
    Time: string;
    ScriptRequest: {
      title: components['schemas']['Title'];
      author?: components['schemas']['Text'];
      description?: components['schemas']['Text'];
    };
    ScriptUpdateRequest: {
      title?: components['schemas']['Title'];
      author?: components['schemas']['Text'];
      description?: components['schemas']['Text'];
    };
    ScriptResponse: {
      scriptId: components['schemas']['Id'];
      sequenceNumber: components['schemas']['Number'];
      createdAt: components['schemas']['Time'];
      updatedAt: components['schemas']['Time'];
    };
    Script: {
      scriptId: components['schemas']['Id'];
      title: components['schemas']['Title'];
      author?: components['schemas']['Text'];
      description?: components['schemas']['Text'];
      sequenceNumber: components['schemas']['Number'];
      createdAt: components['schemas']['Time'];
      updatedAt: components['schemas']['Time'];
    };
    SectionHeadingRequest: {
      title: components['schemas']['Title'];
    };
    SectionHeadingUpdateRequest: {
      title?: components['schemas']['Title'];
    };
    SectionHeadingResponse: {
      headingId: components['schemas']['Id'];
      scriptId: components['schemas']['Id'];
      sequenceNumber: components['schemas']['Number'];
      createdAt: components['schemas']['Time'];
      updatedAt: components['schemas']['Time'];
    };
    SectionHeading: {
      headingId: components['schemas']['Id'];
      scriptId: components['schemas']['Id'];
      title: components['schemas']['Title'];
      sequenceNumber: components['schemas']['Number'];
      createdAt: components['schemas']['Time'];
      updatedAt: components['schemas']['Time'];
    };
    /**
     * @description A place to move to; new elements come behind the highest, so some must be left for them
     * @example 2
     */
    Place: number;
    NewPlace: {
      headingId: components['schemas']['Id'];
      newSequence: components['schemas']['Place'];
    };
    ReorderRequest: {
      elements: components['schemas']['NewPlace'][];
    };
    SuccessResponse: {
      /** @example Reorder successful. */
      message: string;
    };
    Error: {
      /** @example The request does not fit the contract. */
      message: string;
      /** @example invalid_request */
      errorCode?: string;
      /**
       * @example [
       *       "body/title must NOT have fewer than 1 characters"
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
         *         "body/title must NOT have fewer than 1 characters"
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
         *       "message": "There is no script 7.",
         *       "errorCode": "not_found"
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
    /** @description The Central Sequence Service answered with something unusable; nothing has changed here */
    BadPeer: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "central-sequence-service answered without a number.",
         *       "errorCode": "peer_answer"
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description The Central Sequence Service cannot be reached; nothing has changed here, and the call may be repeated */
    NoPeer: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "central-sequence-service cannot be reached (no answer in 2000 ms).",
         *       "errorCode": "peer_unavailable"
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
     * @description Id of the script
     * @example 1
     */
    scriptId: components['schemas']['Id'];
    /**
     * @description Id of the section heading
     * @example 1
     */
    headingId: components['schemas']['Id'];
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
    /**
     * @description "copies" when the Central Sequence Service could not be asked, and the numbers may be old
     * @example copies
     */
    SequenceNumbers: 'copies';
  };
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listScripts: {
    parameters: {
      query?: {
        /**
         * @description Only scripts whose author contains this; upper and lower case are the same
         * @example shakespeare
         */
        author?: components['schemas']['Filter'];
        /**
         * @description Only scripts whose title contains this; upper and lower case are the same
         * @example romeo
         */
        title?: components['schemas']['Filter'];
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
      /** @description Scripts; X-Total-Count says how many there are in all */
      200: {
        headers: {
          'X-Total-Count': components['headers']['TotalCount'];
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example [
           *       {
           *         "scriptId": 1,
           *         "title": "Romeo and Juliet",
           *         "author": "William Shakespeare",
           *         "description": "A tale of two star-crossed lovers.",
           *         "sequenceNumber": 1,
           *         "createdAt": "2026-11-21T10:00:00.000Z",
           *         "updatedAt": "2026-11-21T10:00:00.000Z"
           *       }
           *     ]
           */
          'application/json': components['schemas']['Script'][];
        };
      };
      400: components['responses']['BadRequest'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
  createScript: {
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
         *       "title": "Romeo and Juliet",
         *       "author": "William Shakespeare",
         *       "description": "A tale of two star-crossed lovers."
         *     }
         */
        'application/json': components['schemas']['ScriptRequest'];
      };
    };
    responses: {
      /** @description The new script's id and number */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "scriptId": 1,
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['ScriptResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      500: components['responses']['Failed'];
      502: components['responses']['BadPeer'];
      503: components['responses']['NoPeer'];
    };
  };
  getScriptById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The script */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "scriptId": 1,
           *       "title": "Romeo and Juliet",
           *       "author": "William Shakespeare",
           *       "description": "A tale of two star-crossed lovers.",
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Script'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  updateScript: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "description": "A tale of two star-crossed lovers of Verona."
         *     }
         */
        'application/json': components['schemas']['ScriptUpdateRequest'];
      };
    };
    responses: {
      /** @description The script's id and number */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "scriptId": 1,
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['ScriptResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  deleteScript: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The script is gone */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  listSectionHeadings: {
    parameters: {
      query?: {
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
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Sections; X-Total-Count says how many there are in all */
      200: {
        headers: {
          'X-Total-Count': components['headers']['TotalCount'];
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example [
           *       {
           *         "headingId": 1,
           *         "scriptId": 1,
           *         "title": "Act 1, Scene 1",
           *         "sequenceNumber": 1,
           *         "createdAt": "2026-11-21T10:00:00.000Z",
           *         "updatedAt": "2026-11-21T10:00:00.000Z"
           *       }
           *     ]
           */
          'application/json': components['schemas']['SectionHeading'][];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
  addSectionHeading: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "title": "Act 1, Scene 1"
         *     }
         */
        'application/json': components['schemas']['SectionHeadingRequest'];
      };
    };
    responses: {
      /** @description The new section's id and number */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "headingId": 1,
           *       "scriptId": 1,
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['SectionHeadingResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
      502: components['responses']['BadPeer'];
      503: components['responses']['NoPeer'];
    };
  };
  reorderSectionHeadings: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "elements": [
         *         {
         *           "headingId": 1,
         *           "newSequence": 2
         *         },
         *         {
         *           "headingId": 2,
         *           "newSequence": 1
         *         }
         *       ]
         *     }
         */
        'application/json': components['schemas']['ReorderRequest'];
      };
    };
    responses: {
      /** @description Every listed section has its new number */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "message": "Reorder successful."
           *     }
           */
          'application/json': components['schemas']['SuccessResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
      502: components['responses']['BadPeer'];
      503: components['responses']['NoPeer'];
    };
  };
  getSectionHeading: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
        /**
         * @description Id of the section heading
         * @example 1
         */
        headingId: components['parameters']['headingId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The section */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "headingId": 1,
           *       "scriptId": 1,
           *       "title": "Act 1, Scene 1",
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['SectionHeading'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  updateSectionHeading: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
        /**
         * @description Id of the section heading
         * @example 1
         */
        headingId: components['parameters']['headingId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "title": "Act 2, Scene 2"
         *     }
         */
        'application/json': components['schemas']['SectionHeadingUpdateRequest'];
      };
    };
    responses: {
      /** @description The section's ids and number */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "headingId": 1,
           *       "scriptId": 1,
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['SectionHeadingResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  deleteSectionHeading: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
        /**
         * @description Id of the section heading
         * @example 1
         */
        headingId: components['parameters']['headingId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The section is gone */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
}
