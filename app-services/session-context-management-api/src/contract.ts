// Generated from openapi.yaml by `npm run generate`: change that, not this.
export interface paths {
  '/sessions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List sessions
     * @description The oldest sessions first, a page at a time; within a page in the order of their numbers. Filters may be combined.
     */
    get: operations['listSessions'];
    put?: never;
    /**
     * Create a session
     * @description Keeps a new session of a user and gives it the next number of sessions. Its sessionId is the contextId that actions link to and stories show.
     */
    post: operations['createSession'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sessions/lookup': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Read many sessions by their ids
     * @description Answers up to 20,000 sessions in one call, those with the lowest ids first. Sessions that are not there are left out. Changes nothing.
     */
    post: operations['lookUpSessions'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sessions/{sessionId}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the session
         * @example 1
         */
        sessionId: components['parameters']['sessionId'];
      };
      cookie?: never;
    };
    /**
     * Read a session
     * @description One session with its context of now.
     */
    get: operations['getSessionById'];
    /**
     * Change a session
     * @description Changes the fields that are sent and keeps the others. An empty context is a value too; data is replaced as a whole. What the context was before stays in its history.
     */
    put: operations['updateSession'];
    post?: never;
    /**
     * Delete a session
     * @description Deletes the session and the history of its context. What other services keep about it stays; its number is not given again.
     */
    delete: operations['deleteSession'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sessions/{sessionId}/context': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the session
         * @example 1
         */
        sessionId: components['parameters']['sessionId'];
      };
      cookie?: never;
    };
    /**
     * Read the context of a session
     * @description The context of now. A session without one has neither context nor data.
     */
    get: operations['getSessionContext'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sessions/{sessionId}/context/history': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the session
         * @example 1
         */
        sessionId: components['parameters']['sessionId'];
      };
      cookie?: never;
    };
    /**
     * Read what the context of a session has been
     * @description Every context that the session has had, the first one first and that of now last, a page at a time. A change that leaves the context as it is adds none.
     */
    get: operations['getSessionContextHistory'];
    put?: never;
    post?: never;
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
     * @description An id that this or another service gave
     * @example 1
     */
    Id: number;
    /**
     * @description An id that another story service gave; null removes the link
     * @example 1
     */
    Link: number | null;
    /**
     * @description A place in the order
     * @example 1
     */
    Number: number;
    /**
     * @description A context in words
     * @example Juliet waits for Romeo.
     */
    Text: string;
    /**
     * @description A context in named values, as stories show it; at most 10,000 characters in all
     * @example {
     *       "mood": "longing",
     *       "location": "Capulet's mansion balcony"
     *     }
     */
    Data: {
      [key: string]: string;
    };
    /**
     * @description A context in named values, as stories show it; at most 10,000 characters in all; null removes it
     * @example {
     *       "mood": "longing",
     *       "location": "Capulet's mansion balcony"
     *     }
     */
    NewData: {
      [key: string]: string;
    } | null;
    /**
     * Format: date-time
     * @example 2026-11-21T10:00:00.000Z
     */
    Time: string;
    SessionRequest: {
      userId: components['schemas']['Id'];
      context?: components['schemas']['Text'];
      data?: components['schemas']['Data'];
      characterId?: components['schemas']['Id'];
      scriptId?: components['schemas']['Id'];
      headingId?: components['schemas']['Id'];
    };
    SessionUpdateRequest: {
      context?: components['schemas']['Text'];
      data?: components['schemas']['NewData'];
      characterId?: components['schemas']['Link'];
      scriptId?: components['schemas']['Link'];
      headingId?: components['schemas']['Link'];
    };
    Session: {
      sessionId: components['schemas']['Id'];
      userId: components['schemas']['Id'];
      context?: components['schemas']['Text'];
      data?: components['schemas']['Data'];
      characterId?: components['schemas']['Id'];
      scriptId?: components['schemas']['Id'];
      headingId?: components['schemas']['Id'];
      sequenceNumber: components['schemas']['Number'];
      createdAt: components['schemas']['Time'];
      updatedAt: components['schemas']['Time'];
    };
    SessionResponse: components['schemas']['Session'];
    SessionContextResponse: {
      sessionId: components['schemas']['Id'];
      context?: components['schemas']['Text'];
      data?: components['schemas']['Data'];
    };
    ContextVersion: {
      versionNumber: components['schemas']['Number'];
      context?: components['schemas']['Text'];
      data?: components['schemas']['Data'];
      createdAt: components['schemas']['Time'];
    };
    LookupRequest: {
      sessionIds: components['schemas']['Id'][];
    };
    LookupResponse: {
      sessions: components['schemas']['Session'][];
    };
    Error: {
      /** @example The request does not fit the contract. */
      message: string;
      /** @example invalid_request */
      errorCode?: string;
      /**
       * @example [
       *       "body/userId must be integer"
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
         *         "body/userId must be integer"
         *       ]
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description The session is not there */
    NotFound: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "There is no session 7.",
         *       "errorCode": "not_found"
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description The contexts have more than 4,000,000 bytes in all */
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
     * @description Id of the session
     * @example 1
     */
    sessionId: components['schemas']['Id'];
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
  listSessions: {
    parameters: {
      query?: {
        /**
         * @description Only sessions of this user
         * @example 123
         */
        userId?: components['schemas']['Id'];
        /**
         * @description Only sessions that link to this character
         * @example 1
         */
        characterId?: components['schemas']['Id'];
        /**
         * @description Only sessions that link to this script
         * @example 1
         */
        scriptId?: components['schemas']['Id'];
        /**
         * @description Only sessions that link to this section heading
         * @example 1
         */
        headingId?: components['schemas']['Id'];
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
      /** @description Sessions; X-Total-Count says how many there are in all */
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
           *         "sessionId": 1,
           *         "userId": 123,
           *         "context": "Juliet waits for Romeo.",
           *         "sequenceNumber": 1,
           *         "createdAt": "2026-11-21T10:00:00.000Z",
           *         "updatedAt": "2026-11-21T10:00:00.000Z"
           *       }
           *     ]
           */
          'application/json': components['schemas']['Session'][];
        };
      };
      400: components['responses']['BadRequest'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
  createSession: {
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
         *       "userId": 123,
         *       "context": "Juliet waits for Romeo.",
         *       "characterId": 1,
         *       "data": {
         *         "mood": "longing",
         *         "location": "Capulet's mansion balcony"
         *       }
         *     }
         */
        'application/json': components['schemas']['SessionRequest'];
      };
    };
    responses: {
      /** @description The new session */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "sessionId": 1,
           *       "userId": 123,
           *       "context": "Juliet waits for Romeo.",
           *       "characterId": 1,
           *       "data": {
           *         "mood": "longing",
           *         "location": "Capulet's mansion balcony"
           *       },
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['SessionResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      500: components['responses']['Failed'];
      502: components['responses']['BadPeer'];
      503: components['responses']['NoPeer'];
    };
  };
  lookUpSessions: {
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
         *       "sessionIds": [
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
      /** @description The sessions that are there */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "sessions": [
           *         {
           *           "sessionId": 1,
           *           "userId": 123,
           *           "context": "Juliet waits for Romeo.",
           *           "sequenceNumber": 1,
           *           "createdAt": "2026-11-21T10:00:00.000Z",
           *           "updatedAt": "2026-11-21T10:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['LookupResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
  getSessionById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the session
         * @example 1
         */
        sessionId: components['parameters']['sessionId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The session */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "sessionId": 1,
           *       "userId": 123,
           *       "context": "Juliet waits for Romeo.",
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Session'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  updateSession: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the session
         * @example 1
         */
        sessionId: components['parameters']['sessionId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "context": "Romeo has come."
         *     }
         */
        'application/json': components['schemas']['SessionUpdateRequest'];
      };
    };
    responses: {
      /** @description The session as it is now */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "sessionId": 1,
           *       "userId": 123,
           *       "context": "Romeo has come.",
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:05:00.000Z"
           *     }
           */
          'application/json': components['schemas']['SessionResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  deleteSession: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the session
         * @example 1
         */
        sessionId: components['parameters']['sessionId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The session is gone */
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
  getSessionContext: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the session
         * @example 1
         */
        sessionId: components['parameters']['sessionId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The context */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "sessionId": 1,
           *       "context": "Juliet waits for Romeo.",
           *       "data": {
           *         "mood": "longing",
           *         "location": "Capulet's mansion balcony"
           *       }
           *     }
           */
          'application/json': components['schemas']['SessionContextResponse'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  getSessionContextHistory: {
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
         * @description Id of the session
         * @example 1
         */
        sessionId: components['parameters']['sessionId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Versions of the context; X-Total-Count says how many there are in all */
      200: {
        headers: {
          'X-Total-Count': components['headers']['TotalCount'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example [
           *       {
           *         "versionNumber": 1,
           *         "context": "Juliet waits for Romeo.",
           *         "createdAt": "2026-11-21T10:00:00.000Z"
           *       },
           *       {
           *         "versionNumber": 2,
           *         "context": "Romeo has come.",
           *         "createdAt": "2026-11-21T10:05:00.000Z"
           *       }
           *     ]
           */
          'application/json': components['schemas']['ContextVersion'][];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
}
