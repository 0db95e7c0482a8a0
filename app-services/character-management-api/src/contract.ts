// Generated from openapi.yaml by `npm run generate`: change that, not this.
export interface paths {
  '/characters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List characters
     * @description The oldest characters first, a page at a time; within a page in the order of their numbers. With a filter, those who act or speak there.
     */
    get: operations['listCharacters'];
    put?: never;
    /**
     * Create a character
     * @description Keeps a new character and gives it the next number of characters.
     */
    post: operations['createCharacter'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/characters/{characterId}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the character
         * @example 1
         */
        characterId: components['parameters']['characterId'];
      };
      cookie?: never;
    };
    /**
     * Read a character
     * @description One character, without its paraphrases.
     */
    get: operations['getCharacterById'];
    /**
     * Change a character
     * @description Changes the fields that are sent and keeps the others. An empty description is a value too.
     */
    put: operations['updateCharacter'];
    post?: never;
    /**
     * Delete a character
     * @description Deletes the character and its paraphrases. 409 with the ids while actions or spoken words refer to it. Its number is not given again.
     */
    delete: operations['deleteCharacter'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/characters/{characterId}/paraphrases': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the character
         * @example 1
         */
        characterId: components['parameters']['characterId'];
      };
      cookie?: never;
    };
    /**
     * List the paraphrases of a character
     * @description Other ways to tell the character, the oldest first, a page at a time.
     */
    get: operations['listCharacterParaphrases'];
    put?: never;
    /**
     * Create a paraphrase of a character
     * @description Keeps another way to tell the character, and why it belongs to it. originalId must be the id in the path.
     */
    post: operations['createCharacterParaphrase'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/characters/{characterId}/paraphrases/{paraphraseId}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the character
         * @example 1
         */
        characterId: components['parameters']['characterId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    /**
     * Read a paraphrase of a character
     * @description One paraphrase of the character.
     */
    get: operations['getCharacterParaphraseById'];
    /**
     * Change a paraphrase of a character
     * @description Changes the fields that are sent and keeps the others. originalId, if it is sent, must be the id in the path.
     */
    put: operations['updateCharacterParaphrase'];
    post?: never;
    /**
     * Delete a paraphrase of a character
     * @description Deletes one paraphrase; the character stays.
     */
    delete: operations['deleteCharacterParaphrase'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/actions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List actions
     * @description The oldest actions first, a page at a time; within a page in the order of their numbers. Filters may be combined.
     */
    get: operations['listActions'];
    put?: never;
    /**
     * Create an action
     * @description Keeps a new action and gives it the next number of actions. The links are optional; characterId and dialogueId must name something that is here.
     */
    post: operations['createAction'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/actions/{actionId}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the action
         * @example 1
         */
        actionId: components['parameters']['actionId'];
      };
      cookie?: never;
    };
    /**
     * Read an action
     * @description One action, without its paraphrases.
     */
    get: operations['getActionById'];
    /**
     * Change an action
     * @description Changes the fields that are sent and keeps the others. A link that is sent as null is removed.
     */
    put: operations['updateAction'];
    post?: never;
    /**
     * Delete an action
     * @description Deletes the action and its paraphrases. Its number is not given again.
     */
    delete: operations['deleteAction'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/actions/{actionId}/paraphrases': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the action
         * @example 1
         */
        actionId: components['parameters']['actionId'];
      };
      cookie?: never;
    };
    /**
     * List the paraphrases of an action
     * @description Other ways to tell the action, the oldest first, a page at a time.
     */
    get: operations['listActionParaphrases'];
    put?: never;
    /**
     * Create a paraphrase of an action
     * @description Keeps another way to tell the action, and why it belongs to it. originalId must be the id in the path.
     */
    post: operations['createActionParaphrase'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/actions/{actionId}/paraphrases/{paraphraseId}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the action
         * @example 1
         */
        actionId: components['parameters']['actionId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    /**
     * Read a paraphrase of an action
     * @description One paraphrase of the action.
     */
    get: operations['getActionParaphraseById'];
    /**
     * Change a paraphrase of an action
     * @description Changes the fields that are sent and keeps the others. originalId, if it is sent, must be the id in the path.
     */
    put: operations['updateActionParaphrase'];
    post?: never;
    /**
     * Delete a paraphrase of an action
     * @description Deletes one paraphrase; the action stays.
     */
    delete: operations['deleteActionParaphrase'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/spokenWords': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List spoken words
     * @description The oldest spoken words first, a page at a time; within a page in the order of their numbers. Filters may be combined. A spoken word is also in the script and section of an action that refers to it.
     */
    get: operations['listSpokenWords'];
    put?: never;
    /**
     * Create a spoken word
     * @description Keeps a new spoken word and gives it the next number of spoken words. The links are optional; characterId must name a character that is here.
     */
    post: operations['createSpokenWord'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/spokenWords/{spokenWordId}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the spoken word; its field is called dialogueId
         * @example 1
         */
        spokenWordId: components['parameters']['spokenWordId'];
      };
      cookie?: never;
    };
    /**
     * Read a spoken word
     * @description One spoken word, without its paraphrases.
     */
    get: operations['getSpokenWordById'];
    /**
     * Change a spoken word
     * @description Changes the fields that are sent and keeps the others. A link that is sent as null is removed.
     */
    put: operations['updateSpokenWord'];
    post?: never;
    /**
     * Delete a spoken word
     * @description Deletes the spoken word and its paraphrases. 409 with the ids while actions refer to it. Its number is not given again.
     */
    delete: operations['deleteSpokenWord'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/spokenWords/{spokenWordId}/paraphrases': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the spoken word; its field is called dialogueId
         * @example 1
         */
        spokenWordId: components['parameters']['spokenWordId'];
      };
      cookie?: never;
    };
    /**
     * List the paraphrases of a spoken word
     * @description Other ways to tell the spoken word, the oldest first, a page at a time.
     */
    get: operations['listSpokenWordParaphrases'];
    put?: never;
    /**
     * Create a paraphrase of a spoken word
     * @description Keeps another way to tell the spoken word, and why it belongs to it. originalId must be the id in the path.
     */
    post: operations['createSpokenWordParaphrase'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/spokenWords/{spokenWordId}/paraphrases/{paraphraseId}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the spoken word; its field is called dialogueId
         * @example 1
         */
        spokenWordId: components['parameters']['spokenWordId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    /**
     * Read a paraphrase of a spoken word
     * @description One paraphrase of the spoken word.
     */
    get: operations['getSpokenWordParaphraseById'];
    /**
     * Change a paraphrase of a spoken word
     * @description Changes the fields that are sent and keeps the others. originalId, if it is sent, must be the id in the path.
     */
    put: operations['updateSpokenWordParaphrase'];
    post?: never;
    /**
     * Delete a paraphrase of a spoken word
     * @description Deletes one paraphrase; the spoken word stays.
     */
    delete: operations['deleteSpokenWordParaphrase'];
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
     * @description An id that this or another story service gave
     * @example 1
     */
    Id: number;
    /**
     * @description An id that this or another story service gave; null removes the link
     * @example 1
     */
    Link: number | null;
    /**
     * @description A place in the order
     * @example 1
     */
    Number: number;
    /** @example Juliet */
    Name: string;
    /** @example O Romeo, Romeo! */
    Text: string;
    /**
     * Format: date-time
     * @example 2026-11-21T10:00:00.000Z
     */
    Time: string;
    Character: {
      characterId: components['schemas']['Id'];
      name: components['schemas']['Name'];
      description: components['schemas']['Text'];
      sequenceNumber: components['schemas']['Number'];
      createdAt: components['schemas']['Time'];
      updatedAt: components['schemas']['Time'];
    };
    CharacterCreateRequest: {
      name: components['schemas']['Name'];
      description: components['schemas']['Text'];
    };
    CharacterUpdateRequest: {
      name?: components['schemas']['Name'];
      description?: components['schemas']['Text'];
    };
    /** @description With view=links it has neither description nor times */
    Action: {
      actionId: components['schemas']['Id'];
      description?: components['schemas']['Text'];
      scriptId?: components['schemas']['Id'];
      headingId?: components['schemas']['Id'];
      characterId?: components['schemas']['Id'];
      dialogueId?: components['schemas']['Id'];
      contextId?: components['schemas']['Id'];
      sequenceNumber: components['schemas']['Number'];
      createdAt?: components['schemas']['Time'];
      updatedAt?: components['schemas']['Time'];
    };
    ActionCreateRequest: {
      description: components['schemas']['Text'];
      scriptId?: components['schemas']['Id'];
      headingId?: components['schemas']['Id'];
      characterId?: components['schemas']['Id'];
      dialogueId?: components['schemas']['Id'];
      contextId?: components['schemas']['Id'];
    };
    ActionUpdateRequest: {
      description?: components['schemas']['Text'];
      scriptId?: components['schemas']['Link'];
      headingId?: components['schemas']['Link'];
      characterId?: components['schemas']['Link'];
      dialogueId?: components['schemas']['Link'];
      contextId?: components['schemas']['Link'];
    };
    /** @description With view=links it has neither text nor times */
    SpokenWord: {
      dialogueId: components['schemas']['Id'];
      text?: components['schemas']['Text'];
      scriptId?: components['schemas']['Id'];
      headingId?: components['schemas']['Id'];
      characterId?: components['schemas']['Id'];
      sequenceNumber: components['schemas']['Number'];
      createdAt?: components['schemas']['Time'];
      updatedAt?: components['schemas']['Time'];
    };
    SpokenWordCreateRequest: {
      text: components['schemas']['Text'];
      scriptId?: components['schemas']['Id'];
      headingId?: components['schemas']['Id'];
      characterId?: components['schemas']['Id'];
    };
    SpokenWordUpdateRequest: {
      text?: components['schemas']['Text'];
      scriptId?: components['schemas']['Link'];
      headingId?: components['schemas']['Link'];
      characterId?: components['schemas']['Link'];
    };
    Paraphrase: {
      paraphraseId: components['schemas']['Id'];
      originalId: components['schemas']['Id'];
      text: components['schemas']['Text'];
      commentary: components['schemas']['Text'];
      createdAt: components['schemas']['Time'];
      updatedAt: components['schemas']['Time'];
    };
    ParaphraseCreateRequest: {
      originalId: components['schemas']['Id'];
      text: components['schemas']['Text'];
      commentary: components['schemas']['Text'];
    };
    ParaphraseUpdateRequest: {
      originalId?: components['schemas']['Id'];
      text?: components['schemas']['Text'];
      commentary?: components['schemas']['Text'];
    };
    Error: {
      /** @example The request does not fit the contract. */
      message: string;
      /** @example invalid_request */
      errorCode?: string;
      /**
       * @example [
       *       "body/name must NOT have fewer than 1 characters"
       *     ]
       */
      details?: string[];
    };
  };
  responses: {
    /** @description The request does not fit the contract, or links to a character or spoken word that is not there */
    BadRequest: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "The request refers to something that is not there.",
         *       "errorCode": "invalid_request",
         *       "details": [
         *         "body/characterId: there is no character 7"
         *       ]
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description What the path names is not there */
    NotFound: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "There is no character 7.",
         *       "errorCode": "not_found"
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description Something refers to it; nothing has changed. The details name up to 100 actions and 100 spoken words */
    Conflict: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "The character 1 is referred to by 2 actions and 1 spoken word.",
         *       "errorCode": "conflict",
         *       "details": [
         *         "action 1",
         *         "action 4",
         *         "spokenWord 1"
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
     * @description Id of the character
     * @example 1
     */
    characterId: components['schemas']['Id'];
    /**
     * @description Id of the action
     * @example 1
     */
    actionId: components['schemas']['Id'];
    /**
     * @description Id of the spoken word; its field is called dialogueId
     * @example 1
     */
    spokenWordId: components['schemas']['Id'];
    /**
     * @description Id of the paraphrase
     * @example 1
     */
    paraphraseId: components['schemas']['Id'];
    /**
     * @description Only those that are linked to this script
     * @example 1
     */
    ofScript: components['schemas']['Id'];
    /**
     * @description Only those that are linked to this section
     * @example 1
     */
    ofHeading: components['schemas']['Id'];
    /**
     * @description Only those that are linked to this character
     * @example 1
     */
    ofCharacter: components['schemas']['Id'];
    /**
     * @description Only those that are in this script, by a link of their own or by an action or spoken word that refers to them
     * @example 1
     */
    inScript: components['schemas']['Id'];
    /**
     * @description Only those that are in this section, by a link of their own or by an action or spoken word that refers to them
     * @example 1
     */
    inHeading: components['schemas']['Id'];
    /**
     * @description Only these: up to 1,000 ids, with commas between them
     * @example 1,2,3
     */
    ids: string;
    /**
     * @description "links" leaves texts and times out, for who needs to know only what belongs to what
     * @example full
     */
    view: 'full' | 'links';
    /**
     * @description How many at most
     * @example 100
     */
    largeLimit: number;
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
  listCharacters: {
    parameters: {
      query?: {
        /**
         * @description Only those that are in this script, by a link of their own or by an action or spoken word that refers to them
         * @example 1
         */
        scriptId?: components['parameters']['inScript'];
        /**
         * @description Only those that are in this section, by a link of their own or by an action or spoken word that refers to them
         * @example 1
         */
        headingId?: components['parameters']['inHeading'];
        /**
         * @description Only these: up to 1,000 ids, with commas between them
         * @example 1,2,3
         */
        ids?: components['parameters']['ids'];
        /**
         * @description How many at most
         * @example 100
         */
        limit?: components['parameters']['largeLimit'];
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
      /** @description Characters; X-Total-Count says how many there are in all */
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
           *         "characterId": 1,
           *         "name": "Juliet",
           *         "description": "Daughter of the house of Capulet.",
           *         "sequenceNumber": 1,
           *         "createdAt": "2026-11-21T10:00:00.000Z",
           *         "updatedAt": "2026-11-21T10:00:00.000Z"
           *       }
           *     ]
           */
          'application/json': components['schemas']['Character'][];
        };
      };
      400: components['responses']['BadRequest'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
  createCharacter: {
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
         *       "name": "Juliet",
         *       "description": "Daughter of the house of Capulet."
         *     }
         */
        'application/json': components['schemas']['CharacterCreateRequest'];
      };
    };
    responses: {
      /** @description The new character */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "characterId": 1,
           *       "name": "Juliet",
           *       "description": "Daughter of the house of Capulet.",
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Character'];
        };
      };
      400: components['responses']['BadRequest'];
      500: components['responses']['Failed'];
      502: components['responses']['BadPeer'];
      503: components['responses']['NoPeer'];
    };
  };
  getCharacterById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the character
         * @example 1
         */
        characterId: components['parameters']['characterId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The character */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "characterId": 1,
           *       "name": "Juliet",
           *       "description": "Daughter of the house of Capulet.",
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Character'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  updateCharacter: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the character
         * @example 1
         */
        characterId: components['parameters']['characterId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "description": "Daughter of the house of Capulet."
         *     }
         */
        'application/json': components['schemas']['CharacterUpdateRequest'];
      };
    };
    responses: {
      /** @description The character as it is now */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "characterId": 1,
           *       "name": "Juliet",
           *       "description": "Daughter of the house of Capulet.",
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Character'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  deleteCharacter: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the character
         * @example 1
         */
        characterId: components['parameters']['characterId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The character is gone */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      409: components['responses']['Conflict'];
      500: components['responses']['Failed'];
    };
  };
  listCharacterParaphrases: {
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
         * @description Id of the character
         * @example 1
         */
        characterId: components['parameters']['characterId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Paraphrases; X-Total-Count says how many there are in all */
      200: {
        headers: {
          'X-Total-Count': components['headers']['TotalCount'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example [
           *       {
           *         "paraphraseId": 1,
           *         "originalId": 1,
           *         "text": "A girl who grows up in one night.",
           *         "commentary": "Tells who she is by how she changes.",
           *         "createdAt": "2026-11-21T10:00:00.000Z",
           *         "updatedAt": "2026-11-21T10:00:00.000Z"
           *       }
           *     ]
           */
          'application/json': components['schemas']['Paraphrase'][];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
  createCharacterParaphrase: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the character
         * @example 1
         */
        characterId: components['parameters']['characterId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "originalId": 1,
         *       "text": "A girl who grows up in one night.",
         *       "commentary": "Tells who she is by how she changes."
         *     }
         */
        'application/json': components['schemas']['ParaphraseCreateRequest'];
      };
    };
    responses: {
      /** @description The new paraphrase */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "paraphraseId": 1,
           *       "originalId": 1,
           *       "text": "A girl who grows up in one night.",
           *       "commentary": "Tells who she is by how she changes.",
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Paraphrase'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  getCharacterParaphraseById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the character
         * @example 1
         */
        characterId: components['parameters']['characterId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The paraphrase */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "paraphraseId": 1,
           *       "originalId": 1,
           *       "text": "A girl who grows up in one night.",
           *       "commentary": "Tells who she is by how she changes.",
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Paraphrase'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  updateCharacterParaphrase: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the character
         * @example 1
         */
        characterId: components['parameters']['characterId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "commentary": "Tells who she is by how she changes."
         *     }
         */
        'application/json': components['schemas']['ParaphraseUpdateRequest'];
      };
    };
    responses: {
      /** @description The paraphrase as it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "paraphraseId": 1,
           *       "originalId": 1,
           *       "text": "A girl who grows up in one night.",
           *       "commentary": "Tells who she is by how she changes.",
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Paraphrase'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  deleteCharacterParaphrase: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the character
         * @example 1
         */
        characterId: components['parameters']['characterId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The paraphrase is gone */
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
  listActions: {
    parameters: {
      query?: {
        /**
         * @description Only those that are linked to this script
         * @example 1
         */
        scriptId?: components['parameters']['ofScript'];
        /**
         * @description Only those that are linked to this section
         * @example 1
         */
        headingId?: components['parameters']['ofHeading'];
        /**
         * @description Only those that are linked to this character
         * @example 1
         */
        characterId?: components['parameters']['ofCharacter'];
        /**
         * @description Only these: up to 1,000 ids, with commas between them
         * @example 1,2,3
         */
        ids?: components['parameters']['ids'];
        /**
         * @description "links" leaves texts and times out, for who needs to know only what belongs to what
         * @example full
         */
        view?: components['parameters']['view'];
        /**
         * @description How many at most
         * @example 100
         */
        limit?: components['parameters']['largeLimit'];
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
      /** @description Actions; X-Total-Count says how many there are in all */
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
           *         "actionId": 1,
           *         "description": "Romeo steps from the shadows.",
           *         "scriptId": 1,
           *         "headingId": 1,
           *         "characterId": 2,
           *         "dialogueId": 1,
           *         "contextId": 1,
           *         "sequenceNumber": 1,
           *         "createdAt": "2026-11-21T10:00:00.000Z",
           *         "updatedAt": "2026-11-21T10:00:00.000Z"
           *       }
           *     ]
           */
          'application/json': components['schemas']['Action'][];
        };
      };
      400: components['responses']['BadRequest'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
  createAction: {
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
         *       "description": "Romeo steps from the shadows.",
         *       "scriptId": 1,
         *       "headingId": 1,
         *       "characterId": 2,
         *       "dialogueId": 1,
         *       "contextId": 1
         *     }
         */
        'application/json': components['schemas']['ActionCreateRequest'];
      };
    };
    responses: {
      /** @description The new action */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "actionId": 1,
           *       "description": "Romeo steps from the shadows.",
           *       "scriptId": 1,
           *       "headingId": 1,
           *       "characterId": 2,
           *       "dialogueId": 1,
           *       "contextId": 1,
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Action'];
        };
      };
      400: components['responses']['BadRequest'];
      500: components['responses']['Failed'];
      502: components['responses']['BadPeer'];
      503: components['responses']['NoPeer'];
    };
  };
  getActionById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the action
         * @example 1
         */
        actionId: components['parameters']['actionId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The action */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "actionId": 1,
           *       "description": "Romeo steps from the shadows.",
           *       "scriptId": 1,
           *       "headingId": 1,
           *       "characterId": 2,
           *       "dialogueId": 1,
           *       "contextId": 1,
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Action'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  updateAction: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the action
         * @example 1
         */
        actionId: components['parameters']['actionId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "headingId": 2,
         *       "contextId": null
         *     }
         */
        'application/json': components['schemas']['ActionUpdateRequest'];
      };
    };
    responses: {
      /** @description The action as it is now */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "actionId": 1,
           *       "description": "Romeo steps from the shadows.",
           *       "scriptId": 1,
           *       "headingId": 1,
           *       "characterId": 2,
           *       "dialogueId": 1,
           *       "contextId": 1,
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Action'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  deleteAction: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the action
         * @example 1
         */
        actionId: components['parameters']['actionId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The action is gone */
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
  listActionParaphrases: {
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
         * @description Id of the action
         * @example 1
         */
        actionId: components['parameters']['actionId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Paraphrases; X-Total-Count says how many there are in all */
      200: {
        headers: {
          'X-Total-Count': components['headers']['TotalCount'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example [
           *       {
           *         "paraphraseId": 2,
           *         "originalId": 1,
           *         "text": "He comes out of hiding.",
           *         "commentary": "The same act, as a bystander sees it.",
           *         "createdAt": "2026-11-21T10:00:00.000Z",
           *         "updatedAt": "2026-11-21T10:00:00.000Z"
           *       }
           *     ]
           */
          'application/json': components['schemas']['Paraphrase'][];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
  createActionParaphrase: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the action
         * @example 1
         */
        actionId: components['parameters']['actionId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "originalId": 1,
         *       "text": "He comes out of hiding.",
         *       "commentary": "The same act, as a bystander sees it."
         *     }
         */
        'application/json': components['schemas']['ParaphraseCreateRequest'];
      };
    };
    responses: {
      /** @description The new paraphrase */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "paraphraseId": 2,
           *       "originalId": 1,
           *       "text": "He comes out of hiding.",
           *       "commentary": "The same act, as a bystander sees it.",
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Paraphrase'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  getActionParaphraseById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the action
         * @example 1
         */
        actionId: components['parameters']['actionId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The paraphrase */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "paraphraseId": 2,
           *       "originalId": 1,
           *       "text": "He comes out of hiding.",
           *       "commentary": "The same act, as a bystander sees it.",
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Paraphrase'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  updateActionParaphrase: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the action
         * @example 1
         */
        actionId: components['parameters']['actionId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "commentary": "The same act",
         *       "as a bystander sees it.": null
         *     }
         */
        'application/json': components['schemas']['ParaphraseUpdateRequest'];
      };
    };
    responses: {
      /** @description The paraphrase as it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "paraphraseId": 2,
           *       "originalId": 1,
           *       "text": "He comes out of hiding.",
           *       "commentary": "The same act, as a bystander sees it.",
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Paraphrase'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  deleteActionParaphrase: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the action
         * @example 1
         */
        actionId: components['parameters']['actionId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The paraphrase is gone */
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
  listSpokenWords: {
    parameters: {
      query?: {
        /**
         * @description Only those that are in this script, by a link of their own or by an action or spoken word that refers to them
         * @example 1
         */
        scriptId?: components['parameters']['inScript'];
        /**
         * @description Only those that are in this section, by a link of their own or by an action or spoken word that refers to them
         * @example 1
         */
        headingId?: components['parameters']['inHeading'];
        /**
         * @description Only those that are linked to this character
         * @example 1
         */
        characterId?: components['parameters']['ofCharacter'];
        /**
         * @description Only these: up to 1,000 ids, with commas between them
         * @example 1,2,3
         */
        ids?: components['parameters']['ids'];
        /**
         * @description "links" leaves texts and times out, for who needs to know only what belongs to what
         * @example full
         */
        view?: components['parameters']['view'];
        /**
         * @description How many at most
         * @example 100
         */
        limit?: components['parameters']['largeLimit'];
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
      /** @description Spoken words; X-Total-Count says how many there are in all */
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
           *         "dialogueId": 1,
           *         "text": "O Romeo, Romeo! Wherefore art thou Romeo?",
           *         "scriptId": 1,
           *         "headingId": 1,
           *         "characterId": 1,
           *         "sequenceNumber": 1,
           *         "createdAt": "2026-11-21T10:00:00.000Z",
           *         "updatedAt": "2026-11-21T10:00:00.000Z"
           *       }
           *     ]
           */
          'application/json': components['schemas']['SpokenWord'][];
        };
      };
      400: components['responses']['BadRequest'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
  createSpokenWord: {
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
         *       "text": "O Romeo, Romeo! Wherefore art thou Romeo?",
         *       "scriptId": 1,
         *       "headingId": 1,
         *       "characterId": 1
         *     }
         */
        'application/json': components['schemas']['SpokenWordCreateRequest'];
      };
    };
    responses: {
      /** @description The new spoken word */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "dialogueId": 1,
           *       "text": "O Romeo, Romeo! Wherefore art thou Romeo?",
           *       "scriptId": 1,
           *       "headingId": 1,
           *       "characterId": 1,
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['SpokenWord'];
        };
      };
      400: components['responses']['BadRequest'];
      500: components['responses']['Failed'];
      502: components['responses']['BadPeer'];
      503: components['responses']['NoPeer'];
    };
  };
  getSpokenWordById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the spoken word; its field is called dialogueId
         * @example 1
         */
        spokenWordId: components['parameters']['spokenWordId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The spoken word */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "dialogueId": 1,
           *       "text": "O Romeo, Romeo! Wherefore art thou Romeo?",
           *       "scriptId": 1,
           *       "headingId": 1,
           *       "characterId": 1,
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['SpokenWord'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  updateSpokenWord: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the spoken word; its field is called dialogueId
         * @example 1
         */
        spokenWordId: components['parameters']['spokenWordId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "text": "O Romeo, Romeo!"
         *     }
         */
        'application/json': components['schemas']['SpokenWordUpdateRequest'];
      };
    };
    responses: {
      /** @description The spoken word as it is now */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "dialogueId": 1,
           *       "text": "O Romeo, Romeo! Wherefore art thou Romeo?",
           *       "scriptId": 1,
           *       "headingId": 1,
           *       "characterId": 1,
           *       "sequenceNumber": 1,
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['SpokenWord'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  deleteSpokenWord: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the spoken word; its field is called dialogueId
         * @example 1
         */
        spokenWordId: components['parameters']['spokenWordId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The spoken word is gone */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      409: components['responses']['Conflict'];
      500: components['responses']['Failed'];
    };
  };
  listSpokenWordParaphrases: {
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
         * @description Id of the spoken word; its field is called dialogueId
         * @example 1
         */
        spokenWordId: components['parameters']['spokenWordId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Paraphrases; X-Total-Count says how many there are in all */
      200: {
        headers: {
          'X-Total-Count': components['headers']['TotalCount'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example [
           *       {
           *         "paraphraseId": 3,
           *         "originalId": 1,
           *         "text": "Why must you be a Montague?",
           *         "commentary": "Says in plain words what she asks.",
           *         "createdAt": "2026-11-21T10:00:00.000Z",
           *         "updatedAt": "2026-11-21T10:00:00.000Z"
           *       }
           *     ]
           */
          'application/json': components['schemas']['Paraphrase'][];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      413: components['responses']['TooLarge'];
      500: components['responses']['Failed'];
      503: components['responses']['Busy'];
    };
  };
  createSpokenWordParaphrase: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the spoken word; its field is called dialogueId
         * @example 1
         */
        spokenWordId: components['parameters']['spokenWordId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "originalId": 1,
         *       "text": "Why must you be a Montague?",
         *       "commentary": "Says in plain words what she asks."
         *     }
         */
        'application/json': components['schemas']['ParaphraseCreateRequest'];
      };
    };
    responses: {
      /** @description The new paraphrase */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "paraphraseId": 3,
           *       "originalId": 1,
           *       "text": "Why must you be a Montague?",
           *       "commentary": "Says in plain words what she asks.",
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Paraphrase'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  getSpokenWordParaphraseById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the spoken word; its field is called dialogueId
         * @example 1
         */
        spokenWordId: components['parameters']['spokenWordId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The paraphrase */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "paraphraseId": 3,
           *       "originalId": 1,
           *       "text": "Why must you be a Montague?",
           *       "commentary": "Says in plain words what she asks.",
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Paraphrase'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  updateSpokenWordParaphrase: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the spoken word; its field is called dialogueId
         * @example 1
         */
        spokenWordId: components['parameters']['spokenWordId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "commentary": "Says in plain words what she asks."
         *     }
         */
        'application/json': components['schemas']['ParaphraseUpdateRequest'];
      };
    };
    responses: {
      /** @description The paraphrase as it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "paraphraseId": 3,
           *       "originalId": 1,
           *       "text": "Why must you be a Montague?",
           *       "commentary": "Says in plain words what she asks.",
           *       "createdAt": "2026-11-21T10:00:00.000Z",
           *       "updatedAt": "2026-11-21T10:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Paraphrase'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NotFound'];
      500: components['responses']['Failed'];
    };
  };
  deleteSpokenWordParaphrase: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the spoken word; its field is called dialogueId
         * @example 1
         */
        spokenWordId: components['parameters']['spokenWordId'];
        /**
         * @description Id of the paraphrase
         * @example 1
         */
        paraphraseId: components['parameters']['paraphraseId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The paraphrase is gone */
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
