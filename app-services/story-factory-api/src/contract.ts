// Generated from openapi.yaml by `npm run generate`: change that, not this.
export interface paths {
  '/stories': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a story
     * @description The script, its sections and its beats in order, with files of its music. Without a limit all beats come, up to 10,000; a longer story answers 413 and is read a page at a time.
     */
    get: operations['getFullStory'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/stories/sequences': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read some beats of a story
     * @description The beats from one place in the script to another, both included. What is asked for beyond the end is left out.
     */
    get: operations['getStorySequences'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/stories/validate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Check what a story is made of
     * @description Lists numbers that two elements share, numbers that are left out, and links to something gone; up to 1,000 of each. A story is valid without the first and the last.
     */
    get: operations['validateStory'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/files/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a file of a story's music
     * @description A Csound score, LilyPond sheet or MIDI file, as a story names it. A name stands for its content; files long not asked for may be gone, and reading their story makes them again.
     */
    get: operations['getFile'];
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
     * @description An id that another story service gave
     * @example 1
     */
    Id: number;
    /**
     * @description A place in the order
     * @example 1
     */
    Number: number;
    /** @example O Romeo, Romeo! */
    Text: string;
    FullStory: {
      scriptId: components['schemas']['Id'];
      /** @example Romeo and Juliet */
      title: string;
      /** @example William Shakespeare */
      author?: string;
      /** @example A tale of two star-crossed lovers. */
      description?: string;
      sections: components['schemas']['SectionHeading'][];
      story: components['schemas']['StoryElement'][];
      orchestration: components['schemas']['Orchestration'];
    };
    /** @description Paths of files made from this story; none when they could not be made */
    Orchestration: {
      /** @example /files/story-1-0123456789abcdef0123456789abcdef.csd */
      csoundFilePath?: string;
      /** @example /files/story-1-0123456789abcdef0123456789abcdef.ly */
      lilyPondFilePath?: string;
      /** @example /files/story-1-0123456789abcdef0123456789abcdef.mid */
      midiFilePath?: string;
    };
    SectionHeading: {
      headingId: components['schemas']['Id'];
      scriptId: components['schemas']['Id'];
      /** @example Act 1, Scene 1 */
      title: string;
      sequence: components['schemas']['Number'];
    };
    /** @description A beat. What it has no link to, or a link to something gone, is left out */
    StoryElement: {
      /**
       * @description Its place in the script, from 1
       * @example 1
       */
      sequence: number;
      /**
       * @description Number of its action, or of its spoken word when it has none
       * @example 1
       */
      sequenceNumber: number;
      headingId?: components['schemas']['Id'];
      character?: components['schemas']['Character'];
      action?: components['schemas']['Action'];
      spokenWord?: components['schemas']['SpokenWord'];
      context?: components['schemas']['Context'];
    };
    Character: {
      characterId: components['schemas']['Id'];
      /** @example Juliet */
      name: string;
      description: components['schemas']['Text'];
    };
    Action: {
      actionId: components['schemas']['Id'];
      description: components['schemas']['Text'];
    };
    SpokenWord: {
      dialogueId: components['schemas']['Id'];
      text: components['schemas']['Text'];
      sequence: components['schemas']['Number'];
    };
    Context: {
      contextId: components['schemas']['Id'];
      characterId?: components['schemas']['Id'];
      /**
       * @example {
       *       "mood": "longing",
       *       "location": "Capulet's mansion balcony"
       *     }
       */
      data?: {
        [key: string]: string;
      };
    };
    StorySequence: {
      scriptId: components['schemas']['Id'];
      sequences: components['schemas']['StoryElement'][];
    };
    /**
     * @description Kind of the element, as the sequence service calls it
     * @example action
     * @enum {string}
     */
    ElementType: 'section' | 'action' | 'spokenWord' | 'session';
    Validation: {
      scriptId: components['schemas']['Id'];
      /**
       * @description Whether there are neither duplicates nor dangling links
       * @example true
       */
      valid: boolean;
      /**
       * @description Whether there is more than is listed
       * @example false
       */
      truncated: boolean;
      duplicates: components['schemas']['Duplicate'][];
      gaps: components['schemas']['Gap'][];
      danglingLinks: components['schemas']['DanglingLink'][];
    };
    /** @description A number that several elements of one type have, so that their ids decide the order */
    Duplicate: {
      elementType: components['schemas']['ElementType'];
      sequenceNumber: components['schemas']['Number'];
      elementIds: components['schemas']['Id'][];
    };
    /** @description Numbers between those of this script that others have, or had */
    Gap: {
      elementType: components['schemas']['ElementType'];
      from: components['schemas']['Number'];
      to: components['schemas']['Number'];
    };
    /** @description A link to something that is not there, or not in this script */
    DanglingLink: {
      elementType: components['schemas']['ElementType'];
      elementId: components['schemas']['Id'];
      /**
       * @example contextId
       * @enum {string}
       */
      link: 'headingId' | 'characterId' | 'dialogueId' | 'contextId';
      linkedId: components['schemas']['Id'];
    };
    Error: {
      /** @example The request does not fit the contract. */
      message: string;
      /** @example invalid_request */
      errorCode?: string;
      /**
       * @example [
       *       "query/scriptId must be >= 1"
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
         *         "query/scriptId must be >= 1"
         *       ]
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description The script is not there */
    NoScript: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "Script not found.",
         *       "errorCode": "not_found"
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description The script is not there, or has no beats at these places */
    NoSequences: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "Script or sequences not found.",
         *       "errorCode": "not_found"
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description The file is not there */
    NoFile: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "There is no such file.",
         *       "errorCode": "not_found"
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description More than one answer can hold (10,000 beats, or 12 MB of what the other services answer for them), or a script of more than 20,000 sections, actions or spoken words, of which no story is told (script_too_large) */
    TooLong: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "This is more than one answer holds: ask for fewer beats at once.",
         *       "errorCode": "too_large",
         *       "details": [
         *         "These are 12000 beats; an answer holds 10000.",
         *         "Try GET /stories?scriptId=1&limit=100&offset=0."
         *       ]
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
    /** @description Another story service answered with something unusable */
    BadPeer: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "character-management-api answered with something else than actions.",
         *       "errorCode": "peer_answer"
         *     }
         */
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description Another story service cannot be reached; the call may be repeated */
    NoPeer: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "message": "character-management-api cannot be reached (no answer in 2000 ms).",
         *       "errorCode": "peer_unavailable"
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
  };
  requestBodies: never;
  headers: {
    /**
     * @description How many beats there are in all
     * @example 3
     */
    TotalCount: number;
    /**
     * @description "copies" when the Central Sequence Service could not be asked, and the order may be old
     * @example copies
     */
    SequenceNumbers: 'copies';
  };
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getFullStory: {
    parameters: {
      query: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
        /**
         * @description How many beats at most; all when it is left out
         * @example 1000
         */
        limit?: number;
        /**
         * @description How many beats to leave out at the beginning
         * @example 0
         */
        offset?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The story, or the part of it that was asked for; the music is that of the part. X-Total-Count says how many beats there are in all */
      200: {
        headers: {
          'X-Total-Count': components['headers']['TotalCount'];
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
           *       "sections": [
           *         {
           *           "headingId": 1,
           *           "scriptId": 1,
           *           "title": "Act 1, Scene 1",
           *           "sequence": 1
           *         }
           *       ],
           *       "story": [
           *         {
           *           "sequence": 1,
           *           "sequenceNumber": 1,
           *           "headingId": 1,
           *           "character": {
           *             "characterId": 1,
           *             "name": "Juliet",
           *             "description": "Daughter of the house of Capulet."
           *           },
           *           "action": {
           *             "actionId": 1,
           *             "description": "Juliet stands on the balcony."
           *           },
           *           "spokenWord": {
           *             "dialogueId": 1,
           *             "text": "O Romeo, Romeo! wherefore art thou Romeo?",
           *             "sequence": 1
           *           },
           *           "context": {
           *             "contextId": 1,
           *             "characterId": 1,
           *             "data": {
           *               "mood": "longing",
           *               "location": "Capulet's mansion balcony"
           *             }
           *           }
           *         }
           *       ],
           *       "orchestration": {
           *         "csoundFilePath": "/files/story-1-0123456789abcdef0123456789abcdef.csd",
           *         "lilyPondFilePath": "/files/story-1-0123456789abcdef0123456789abcdef.ly",
           *         "midiFilePath": "/files/story-1-0123456789abcdef0123456789abcdef.mid"
           *       }
           *     }
           */
          'application/json': components['schemas']['FullStory'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NoScript'];
      413: components['responses']['TooLong'];
      500: components['responses']['Failed'];
      502: components['responses']['BadPeer'];
      503: components['responses']['NoPeer'];
    };
  };
  getStorySequences: {
    parameters: {
      query: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
        /**
         * @description Place of the first beat, from 1
         * @example 1
         */
        startSequence: components['schemas']['Number'];
        /**
         * @description Place of the last beat
         * @example 3
         */
        endSequence: components['schemas']['Number'];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The beats; X-Total-Count says how many there are in all */
      200: {
        headers: {
          'X-Total-Count': components['headers']['TotalCount'];
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "scriptId": 1,
           *       "sequences": [
           *         {
           *           "sequence": 2,
           *           "sequenceNumber": 2,
           *           "headingId": 1,
           *           "character": {
           *             "characterId": 2,
           *             "name": "Romeo",
           *             "description": "Son of the house of Montague."
           *           },
           *           "action": {
           *             "actionId": 2,
           *             "description": "Romeo steps from the shadows."
           *           },
           *           "spokenWord": {
           *             "dialogueId": 2,
           *             "text": "Shall I hear more, or shall I speak at this?",
           *             "sequence": 2
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['StorySequence'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NoSequences'];
      413: components['responses']['TooLong'];
      500: components['responses']['Failed'];
      502: components['responses']['BadPeer'];
      503: components['responses']['NoPeer'];
    };
  };
  validateStory: {
    parameters: {
      query: {
        /**
         * @description Id of the script
         * @example 1
         */
        scriptId: components['parameters']['scriptId'];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was found */
      200: {
        headers: {
          'X-Sequence-Numbers': components['headers']['SequenceNumbers'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "scriptId": 1,
           *       "valid": false,
           *       "truncated": false,
           *       "duplicates": [
           *         {
           *           "elementType": "section",
           *           "sequenceNumber": 2,
           *           "elementIds": [
           *             2,
           *             5
           *           ]
           *         }
           *       ],
           *       "gaps": [
           *         {
           *           "elementType": "action",
           *           "from": 4,
           *           "to": 6
           *         }
           *       ],
           *       "danglingLinks": [
           *         {
           *           "elementType": "action",
           *           "elementId": 3,
           *           "link": "contextId",
           *           "linkedId": 9
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Validation'];
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NoScript'];
      413: components['responses']['TooLong'];
      500: components['responses']['Failed'];
      502: components['responses']['BadPeer'];
      503: components['responses']['NoPeer'];
    };
  };
  getFile: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Name of the file, as in the paths of a story's orchestration
         * @example story-1-0123456789abcdef0123456789abcdef.mid
         */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /** @example MThd... */
          'audio/midi': string;
          /** @example <CsoundSynthesizer>... */
          'text/x-csound-csd': string;
          /** @example \version "2.24.0"... */
          'text/x-lilypond': string;
        };
      };
      400: components['responses']['BadRequest'];
      404: components['responses']['NoFile'];
      500: components['responses']['Failed'];
    };
  };
}
