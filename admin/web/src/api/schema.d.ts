/** Made from admin/openapi.json; changes made here are lost. */
export interface paths {
    "/api/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests the caller may see, critical ones first, then newest first */
        get: operations["listRequests"];
        put?: never;
        /** Ask for access; an identical pending request is returned, not doubled */
        post: operations["createRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One request */
        get: operations["readRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agree, as asked or narrower */
        post: operations["approveRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/deny": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say no, with a comment */
        post: operations["denyRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take one’s own request back */
        post: operations["withdrawRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Grants the caller may see, those that ended in the last 24 h included */
        get: operations["listGrants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/grants/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a grant now; answers what was running on it */
        post: operations["revokeGrant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/grants/{id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask to move the end of one’s own live grant, under the same rule */
        post: operations["extendGrant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Operations on the books of all nodes that the caller may see, newest first */
        get: operations["listOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/{id}/cut": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End one transfer now, on whatever node it runs; answers what became of it (role admin) */
        post: operations["cutOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/locks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Locks that stand, newest first (roles admin and auditor) */
        get: operations["listLocks"];
        put?: never;
        /** Stop a person, a repository, an upstream or everything; answers what was running (role admin) */
        post: operations["makeLock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/locks/{id}/lift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a lock now (role admin) */
        post: operations["liftLock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/now": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All nodes, the store, hosts and audit, and counts of the last hours (roles admin and auditor) */
        get: operations["readNow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Audit entries of all nodes by time, oldest first, and how much of each log that was (role auditor) */
        get: operations["readAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many audit entries of all nodes there are over time, by type and outcome (role auditor) */
        get: operations["countAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every decision that this node recorded, checked again from its log alone; with `at`, what stood at that moment (role auditor) */
        get: operations["replayAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What `sluice audit verify` says of this node’s log, as the node itself finds it (role auditor) */
        get: operations["verifyAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/report/sign-off": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put on record that the access report of a period was reviewed (role auditor) */
        post: operations["signOffReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/can": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What would be decided for the caller now, and why */
        get: operations["can"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules that concern the caller, and which of them a repository falls under */
        get: operations["listRules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller’s own credentials, without their secrets */
        get: operations["listCredentials"];
        put?: never;
        /** Make a credential; its secret is shown this once */
        post: operations["createCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/credentials/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End one of one’s own credentials now */
        post: operations["revokeCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller’s own SSH keys */
        get: operations["listKeys"];
        put?: never;
        /** Register a public key for the SSH door; one that is registered already is refused */
        post: operations["registerKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End one of one’s own SSH keys now, and what runs under it */
        post: operations["revokeKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ssh/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign a short SSH certificate over a public key of one’s own; it is listed and ended as keys are */
        post: operations["signCertificate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ssh/logins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin a sign-in from a command line: a link to open in a browser */
        post: operations["beginSshLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ssh/logins/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finish it, once, with the code that the link’s page shows: a certificate for who signed in there */
        post: operations["finishSshLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ssh/logins/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give it up: nobody can sign in at the link any more */
        post: operations["leaveSshLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/key-links/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sign-in link that a terminal shows: which key, where from */
        get: operations["readKeyLink"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/key-links/{token}/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take the link, once; its code, typed at the terminal, makes the key or a certificate over it the caller’s for a while */
        post: operations["showKeyLinkCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is calling, what they may ask for, and the addresses of the doors */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller’s own fetches and pushes of the last 30 days that are over, and when git last came with which credential */
        get: operations["listOwnOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/hooks/deactivated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Another system says that somebody has left: their access ends at once */
        post: operations["deactivated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Server-sent events for signed-in pages: `changed` with the kinds of things that have changed
         * @description Each event names kinds only (requests, grants, locks, operations, credentials, me, policy, or anything); what has changed is read by the other calls. Ends with the sign-in.
         */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who had what access in a period, why, and what was done with it, as JSON or as a page to print (role auditor)
         * @description What `sluice audit report` makes of this node’s log (docs/audit-query.md). `hash` is what a sign-off names; chains of other nodes are among the `gaps`.
         */
        get: operations["accessReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Server-sent events with the entries that all nodes write, from now on (role auditor)
         * @description `ready` comes first, its data `{"coverage"}`; then `entries`, each `{"entries", "people"}` as in `GET /api/audit`. The id of an event is a place in the log: a stream that is opened with it at this node (`after`, or Last-Event-ID) goes on behind it. Entries of other nodes come a second later, from what they share in the store; of what was passed over there since it is not held any more, `missing` tells, ranges of `{chain, fromSeq, toSeq}`. Ends with the sign-in or the role.
         */
        get: operations["auditStream"];
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
        AccessReport: {
            /** @description epoch milliseconds */
            from: number;
            /** @description epoch milliseconds, not included */
            to: number;
            /** @description those in force at any moment of the period; critical ones first */
            grants: {
                grantId: string;
                requester: {
                    id: string;
                    /** @description as far as the people files still say */
                    name?: string;
                };
                approvers: {
                    id: string;
                    /** @description as far as the people files still say */
                    name?: string;
                }[];
                /** @description of the request; absent where that is not in the log */
                reason?: string;
                /** @description `fetch` or `push` */
                right: string;
                repository: string;
                refs: string[];
                rule: string;
                critical: boolean;
                /** @description epoch milliseconds */
                issuedAt: number;
                /** @description its end as it came: by time, or earlier when it was revoked */
                endedAt: number;
                revoked?: {
                    by: {
                        id: string;
                        /** @description as far as the people files still say */
                        name?: string;
                    };
                    reason: string;
                };
                operations: {
                    operationId: string;
                    /** @description `fetch` or `push` */
                    right: string;
                    /** @description epoch milliseconds */
                    startedAt: number;
                    /** @description epoch milliseconds */
                    endedAt?: number;
                    outcome?: string;
                    bytesUp?: number;
                    bytesDown?: number;
                    /** @description each ref of a push with its host’s verdict */
                    updates?: {
                        ref: string;
                        outcome: string;
                    }[];
                }[];
            }[];
            /** @description ids of those under which nothing was done in it */
            neverUsed: string[];
            refusals: {
                who: {
                    id: string;
                    /** @description as far as the people files still say */
                    name?: string;
                };
                repository: string;
                /** @description `fetch` or `push` */
                right: string;
                reason: string;
                count: number;
                /** @description epoch milliseconds */
                lastAt: number;
            }[];
            /** @description the most used first */
            rules: {
                rule: string;
                grants: number;
                operations: number;
            }[];
            /** @description parts of the log that are missing, were altered, or lie on other nodes */
            gaps: {
                chain: string;
                /** @description the last entry before it */
                after: number;
                /** @description the entry the chain goes on with */
                before?: number;
                /** @description the hash that the entry it goes on with names of the one before it */
                prev?: string;
                what: string;
                /** @description its time of keeping was over, and the chain says that it was deleted */
                isDeleted?: boolean;
            }[];
            /** @description what a sign-off names */
            hash: string;
            /** @description by the policy that the log ends with; absent where it holds none that can be read */
            today?: {
                rule: string;
                critical: boolean;
                /** @description `fetch` or `push` */
                right: string;
                /** @description as the policy names them */
                requesters: string[];
                /** @description who signed in and may ask */
                mayAsk: {
                    id: string;
                    /** @description as far as the people files still say */
                    name?: string;
                }[];
                /** @description what the approval takes; empty where nobody need agree */
                approvers: {
                    /** @description as the policy names them */
                    from: string[];
                    count: number;
                    signedIn: {
                        id: string;
                        /** @description as far as the people files still say */
                        name?: string;
                    }[];
                    /** @description of those named, the ones whom nobody that ever signed in fits */
                    neverSignedIn: string[];
                }[];
            }[];
            reviews: {
                by: {
                    id: string;
                    /** @description as far as the people files still say */
                    name?: string;
                };
                /** @description epoch milliseconds */
                at: number;
                remarks: string;
                hash: string;
                /** @description whether what was signed off is this report */
                isOfThis: boolean;
            }[];
        };
        /** Person */
        Person: {
            /** @description P-… */
            id: string;
            name?: string;
            email?: string;
        };
        /** Answerers */
        Answerers: {
            /** @description groups, or `approvers` for the role */
            from: string;
            /** @description how many of them have to agree */
            count: number;
            /** @description who of them signed in, or was confirmed by the provider, within the last 30 days; neither the caller nor who has agreed already */
            seen?: {
                /** @description as the provider gives them; the last seen first */
                names: string[];
                /** @description there may be others */
                more: boolean;
            };
        };
        /** Scope */
        Scope: {
            repository: string;
            /** Right */
            right: "fetch" | "push";
            refs: string[];
            kinds: ("create" | "update" | "delete")[];
        };
        /** ElevationRequest */
        ElevationRequest: {
            /** @description R-… */
            id: string;
            state: "pending" | "approved" | "denied" | "withdrawn" | "lapsed";
            principal: components["schemas"]["Person"];
            scopes: components["schemas"]["Scope"][];
            /** @description counted from the approval */
            durationMs: number;
            duration: string;
            reason: string;
            critical: boolean;
            /** @description epoch milliseconds, UTC */
            createdAt: number;
            /** @description epoch milliseconds, UTC */
            decideBy: number;
            /** @description epoch milliseconds, UTC */
            endsAtIfApprovedNow?: number;
            /** @description G-…, the grant whose end would move */
            extends?: string;
            answers: {
                by: components["schemas"]["Person"];
                /** @description epoch milliseconds, UTC */
                at: number;
                verdict: "approve" | "deny";
                durationMs?: number;
                refs?: string[];
                comment?: string;
            }[];
            /** @description whose agreement is still missing */
            waitsFor: components["schemas"]["Answerers"][];
            /** @description the same as a phrase */
            waitsForText?: string;
            /** @description epoch milliseconds, UTC */
            decidedAt?: number;
            decidedBy?: components["schemas"]["Person"];
            comment?: string;
            grantIds: string[];
            /** @description when what was granted ends; epoch milliseconds */
            endsAt?: number;
            version: number;
            may: {
                answer: boolean;
                withdraw: boolean;
                /** @description why this caller cannot answer, as a sentence */
                why?: string;
                /** @description answering needs a sign-in younger than 5 minutes */
                freshSignIn: boolean;
            };
            /** @description address of the page where it is answered */
            link: string;
        };
        /** Grant */
        Grant: {
            /** @description G-… */
            id: string;
            state: "live" | "unrecorded" | "expired" | "revoked";
            requestId: string;
            principal: components["schemas"]["Person"];
            scope: components["schemas"]["Scope"];
            /** @description epoch milliseconds, UTC */
            issuedAt: number;
            /** @description epoch milliseconds, UTC */
            endsAt: number;
            /** @description no extension reaches beyond it; epoch milliseconds */
            latestEndsAt: number;
            /** @description the `match` of the rule that allowed it */
            rule: string;
            critical: boolean;
            approvers: components["schemas"]["Person"][];
            /** @description epoch milliseconds, UTC */
            revokedAt?: number;
            revokedBy?: components["schemas"]["Person"];
            revokeReason?: string;
            /** @description what to give to git clone */
            cloneUrl: string;
            version: number;
            may: {
                revoke: boolean;
                extend: boolean;
            };
        };
        /** Operation */
        Operation: {
            /** @description O-… */
            id: string;
            principal: components["schemas"]["Person"];
            repository: string;
            /** Right */
            right: "fetch" | "push";
            door: "https" | "ssh";
            node: string;
            /** @description epoch milliseconds, UTC */
            startedAt: number;
            /** @description `moving` while bytes may pass, else how it stood still */
            state: string;
            grantIds: string[];
            /** @description from the client, as of the last 5 s */
            bytesUp: number;
            /** @description to the client, as of the last 5 s */
            bytesDown: number;
            /** @description the node’s last sign of life; epoch milliseconds */
            nodeSeenAt: number;
            /** @description a push that is through the gate: its host may apply it whatever happens here */
            passed?: {
                /** @description epoch milliseconds, UTC */
                at: number;
                /** @description the first 1,000 */
                refs: string[];
            };
        };
        /** EndedOperation */
        EndedOperation: {
            /** @description O-… */
            id: string;
            repository: string;
            /** Right */
            right?: "fetch" | "push";
            door?: "https" | "ssh";
            /** @description epoch milliseconds, UTC */
            startedAt?: number;
            /** @description epoch milliseconds, UTC */
            endedAt: number;
            /** @description `completed`, `advertised`, `cut`, `refused`, … as in the audit */
            outcome: string;
            /** @description why it was cut, refused or failed, as a word of the audit */
            reason?: string;
            /** @description how it came out, in words */
            summary: string;
            /** @description from the client */
            bytesUp: number;
            /** @description to the client */
            bytesDown: number;
        };
        /** Running */
        Running: {
            /** @description all of it as one line for people; `nothing was running` */
            summary: string;
            /** @description no byte of them moves any more; their hosts never had the whole of a push */
            cut: {
                /** @description O-… */
                id: string;
                principal: components["schemas"]["Person"];
                repository: string;
                /** Right */
                right: "fetch" | "push";
                door: "https" | "ssh";
                node: string;
                /** @description epoch milliseconds, UTC */
                startedAt: number;
            }[];
            /** @description pushes that had passed the gate: what their hosts do is what happened */
            passedBefore: {
                /** @description O-… */
                id: string;
                principal: components["schemas"]["Person"];
                repository: string;
                /** Right */
                right: "fetch" | "push";
                door: "https" | "ssh";
                node: string;
                /** @description epoch milliseconds, UTC */
                startedAt: number;
                /** @description the first 1,000 */
                refs: string[];
                /** @description epoch milliseconds, UTC */
                passedAt: number;
                /** @description `completed`, `advertised`, `client-left`, … as in the audit; `gone` when nobody knows any more */
                outcome?: string;
            }[];
            /** @description came to their own end in the same moment */
            ended: {
                /** @description O-… */
                id: string;
                principal: components["schemas"]["Person"];
                repository: string;
                /** Right */
                right: "fetch" | "push";
                door: "https" | "ssh";
                node: string;
                /** @description epoch milliseconds, UTC */
                startedAt: number;
                /** @description `completed`, `advertised`, `client-left`, … as in the audit; `gone` when nobody knows any more */
                outcome: string;
            }[];
            /** @description their nodes did not say within two seconds that they stand still */
            unconfirmed: {
                /** @description O-… */
                id: string;
                principal: components["schemas"]["Person"];
                repository: string;
                /** Right */
                right: "fetch" | "push";
                door: "https" | "ssh";
                node: string;
                /** @description epoch milliseconds, UTC */
                startedAt: number;
                /** @description the node’s last sign of life; epoch milliseconds */
                nodeSeenAt: number;
                /** @description when it ends at the latest though its node hears of nothing; epoch milliseconds */
                endsBy: number;
            }[];
        };
        /** Node */
        Node: {
            /** @description the name of its audit chain */
            node: string;
            version: string;
            /** @description when its process began; epoch milliseconds by the node’s own clock */
            startedAt: number;
            /** @description `serving`, `draining`, `audit-failed`, `stopped`, or `starting`, as it said last */
            state: string;
            /** @description epoch milliseconds, UTC */
            seenAt: number;
            /** @description it says nothing any more and did not say that it stops */
            silent: boolean;
            /** @description hash of the policy in force there */
            policy: string;
            /** @description that hold a lease */
            transfers: number;
            audit: {
                writable: boolean;
                /** @description number of the last durable entry of its chain */
                seq: number;
                /** @description entries not yet durable */
                waiting: number;
                /** @description for how long the first of them has waited */
                waitingMs: number;
                /** @description entries not taken since the disk last took one */
                refused: number;
            };
            /** @description its Git hosts, as far as it had to do with them since it began */
            upstreams: {
                name: string;
                /** @description when the host last answered what it was asked; epoch milliseconds by the node’s own clock */
                answeredAt?: number;
                /** @description the last time it did not */
                trouble?: {
                    /** @description when; epoch milliseconds by the node’s own clock */
                    at: number;
                    /** @description `unreachable`, `not-found`, … */
                    kind: string;
                };
            }[];
        };
        /** Now */
        Now: {
            /** @description epoch milliseconds, UTC */
            now: number;
            /** @description the node that answers */
            node: string;
            /** @description hash of the policy in force on it */
            policy: string;
            store: {
                /** @description `memory`, `redis`, `sentinel` or `cluster` */
                kind: string;
                /** @description how long it took for this very answer */
                answeredInMs: number;
            };
            /** @description that said something within a day, at most 100; as of their last 5 s */
            nodes: components["schemas"]["Node"][];
            /** @description how long each stretch is */
            stretchMs: number;
            /** @description counts of all nodes over the last six hours, oldest first; empty stretches are left out */
            stretches: {
                /** @description its beginning; epoch milliseconds */
                at: number;
                /** @description repository bytes from clients */
                bytesUp: number;
                /** @description repository bytes to clients */
                bytesDown: number;
                /** @description that ended, however */
                operations: number;
                refusals: number;
                cuts: number;
            }[];
        };
        /** Lock */
        Lock: {
            /** @description L-… */
            id: string;
            principal?: components["schemas"]["Person"];
            repository?: string;
            upstream?: string;
            /** @enum {boolean} */
            everything?: true;
            /** Right */
            right?: "fetch" | "push";
            except: components["schemas"]["Person"][];
            reason: string;
            by: components["schemas"]["Person"];
            /** @description epoch milliseconds, UTC */
            createdAt: number;
            /** @description epoch milliseconds, UTC */
            until?: number;
            /**
             * @description the next sign-in of the person it is on lifts it
             * @enum {boolean}
             */
            untilSignIn?: true;
        };
        /** Credential */
        Credential: {
            /** @description C-… */
            id: string;
            kind: "git" | "api";
            scopes: ("read" | "request" | "approve" | "audit")[];
            name: string;
            /** @description the first 12 characters of the secret */
            shown: string;
            /** @description epoch milliseconds, UTC */
            createdAt: number;
            /** @description epoch milliseconds, UTC */
            endsAt: number;
        };
        /** ListedCredential */
        ListedCredential: {
            /** @description C-… */
            id: string;
            kind: "git" | "api";
            scopes: ("read" | "request" | "approve" | "audit")[];
            name: string;
            /** @description the first 12 characters of the secret */
            shown: string;
            /** @description epoch milliseconds, UTC */
            createdAt: number;
            /** @description epoch milliseconds, UTC */
            endsAt: number;
            /** @description when an `api` credential was last used, let through or refused for its scopes; epoch milliseconds. Each node notes a use at most once in five minutes. Absent when it was not used since it was made */
            lastUsedAt?: number;
            /** @description the client’s address of that use */
            lastUsedFrom?: string;
        };
        /** Key */
        Key: {
            /** @description C-… */
            id: string;
            name: string;
            /** @description SHA256:… as ssh-keygen -l shows it */
            fingerprint: string;
            /** @description epoch milliseconds, UTC */
            createdAt: number;
            /** @description epoch milliseconds, UTC */
            endsAt: number;
            /** @description sign-in-link: bound at a terminal, by the link it shows */
            origin: "registered" | "sign-in-link";
        };
        /** Certificate */
        Certificate: {
            /** @description C-… */
            id: string;
            /** @description the line for id_…-cert.pub, beside the key it is for */
            certificate: string;
            /** @description of the key */
            fingerprint: string;
            /** @description fingerprint of the key it is signed with */
            authority: string;
            /** @description a decimal number of up to 64 bits */
            serial: string;
            /** @description epoch milliseconds, UTC */
            validAfter: number;
            /** @description epoch milliseconds, UTC */
            endsAt: number;
        };
        /** KeyLink */
        KeyLink: {
            /** @description epoch milliseconds, UTC */
            now: number;
            /** @description what the terminal gets: its key becomes the caller’s, or a certificate over it */
            gives: "key" | "certificate";
            /** @description SHA256:… of the terminal’s key */
            fingerprint: string;
            /** @description where the terminal is */
            address: string;
            /** @description epoch milliseconds, UTC */
            createdAt: number;
            /** @description epoch milliseconds, UTC */
            endsAt: number;
            /** @description how long the key would be the caller’s, or the certificate good */
            keyLifeMs: number;
            state: "open" | "code-shown" | "bound";
            /** @description epoch milliseconds, UTC */
            keyEndsAt?: number;
        };
        /** Me */
        Me: {
            principal: components["schemas"]["Person"];
            emailVerified: boolean;
            groups: string[];
            /** @description epoch milliseconds, UTC */
            groupsAt: number;
            /** @description by configuration; a rule may name further approvers */
            roles: ("approver" | "auditor" | "admin")[];
            /** @description some rule or the role lets the caller answer requests */
            approves: boolean;
            via: "sign-in" | "credential" | "id-token";
            /** @description what this caller’s sign-in or credential may do */
            scopes: string[];
            /** @description send back as X-CSRF-Token with every change */
            csrf?: string;
            /** @description epoch milliseconds, UTC */
            authenticatedAt?: number;
            /** @description epoch milliseconds, UTC */
            signInEndsAt?: number;
            /** @description epoch milliseconds, UTC */
            now: number;
            gateway: {
                https: string;
                ssh?: string;
                /** @description how long one may last that the gateway signs; absent where it signs none */
                sshCertificates?: {
                    maxDurationMs: number;
                };
                /** @description the hosts behind it within which the caller may ask, with their own addresses */
                hosts: {
                    name: string;
                    url: string;
                }[];
            };
            askable: {
                /** @description the rule’s pattern of repositories */
                match: string;
                critical: boolean;
                reasonMinLength: number;
                rights: {
                    /** Right */
                    right: "fetch" | "push";
                    /** @description `automatic`, `ask`, or who must agree, as a phrase */
                    approval: string;
                    maxDurationMs: number;
                    /** @description must be found in the reason */
                    ticketPattern?: string;
                    refs: string[];
                    /** @description what a push may be asked to do to them; none of a fetch */
                    kinds: ("create" | "update" | "delete")[];
                }[];
            }[];
        };
        /** Can */
        Can: {
            allowed: boolean;
            /** @description kebab-case cause of a denial */
            reason?: string;
            message: string;
            repository: string;
            grantId?: string;
            /** @description epoch milliseconds, UTC */
            endsAt?: number;
            /** @description epoch milliseconds, UTC */
            now: number;
            /** @description address of the filled-in request form */
            ask?: string;
        };
        /** Rule */
        Rule: {
            /** @description its place in the policy, from 1: the first match wins */
            number: number;
            /** @description pattern of repositories */
            match: string;
            critical: boolean;
            /** @description who may ask, as a phrase; exact for auditors and admins */
            requesters: string;
            /** @description the caller is one of those who may ask */
            mayAsk: boolean;
            rights: {
                /** Right */
                right: "fetch" | "push";
                /** @description `automatic`, `ask`, or who must agree, as a phrase */
                approval: string;
                maxDurationMs: number;
                /** @description a grant’s whole life, extensions included */
                maxTotalMs: number;
                /** @description how long a request waits for its answer */
                decideWithinMs: number;
                minReasonLength: number;
                /** @description must be found in the reason */
                ticketPattern?: string;
                refs: string[];
                /** @description what a push may do to them; none of a fetch */
                kinds: ("create" | "update" | "delete")[];
                /** @description the caller is one of those who answer */
                mayAnswer: boolean;
                /** @description of the rule that the repository asked about falls under, where the caller may ask */
                answerers?: components["schemas"]["Answerers"][];
            }[];
        };
        /** Problem */
        Problem: {
            /** @description stable kebab-case code */
            error: string;
            /** @description a sentence for people */
            message: string;
            /** @description each field of the call that does not fit */
            faults?: {
                field: string;
                message: string;
            }[];
            decidedBy?: components["schemas"]["Person"];
            /** @description epoch milliseconds */
            decidedAt?: number;
            /** @description how the thing asked about stands now */
            state?: string;
            /** @description path of this gateway where signing in (again) mends the error */
            signIn?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listRequests: {
        parameters: {
            query?: {
                state?: "pending" | "approved" | "denied" | "withdrawn" | "lapsed";
                /** @description only what the caller asked for */
                mine?: boolean;
                /** @description only those that wait for the caller’s answer */
                answerable?: boolean;
                /** @description a part of the id, a repository’s name, the reason, or the name or e-mail of who asked */
                find?: string;
                /** @description 100 by default */
                limit?: number;
                cursor?: string;
                /** @description the cursor of a page read before: reads that page again */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description epoch milliseconds, UTC */
                        now: number;
                        requests: components["schemas"]["ElevationRequest"][];
                        /** @description there may be more behind this place, though a page may have none; nothing is behind one without it */
                        cursor?: string;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createRequest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    scopes: {
                        /** @example hub/acme/app */
                        repository: string;
                        /** Right */
                        right: "fetch" | "push";
                        refs?: string[];
                        kinds?: ("create" | "update" | "delete")[];
                    }[];
                    /**
                     * @description a number and its unit: "90s", "30m", "2h", "7d"
                     * @example 30m
                     */
                    duration: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ElevationRequest"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ElevationRequest"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approveRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description a number and its unit: "90s", "30m", "2h", "7d"
                     * @example 30m
                     */
                    duration?: string;
                    refs?: string[];
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ElevationRequest"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    denyRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    comment: string;
                };
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ElevationRequest"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdrawRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ElevationRequest"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listGrants: {
        parameters: {
            query?: {
                /** @description only the caller’s own */
                mine?: boolean;
                /** @description only those of this person, P-… */
                principal?: string;
                /** @description only those on it, <upstream>/<path> */
                repository?: string;
                /** @description with `live`, and no person named, those that end first come first; else the newest do */
                state?: "live" | "unrecorded" | "expired" | "revoked";
                /** @description 100 by default */
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description epoch milliseconds, UTC */
                        now: number;
                        grants: components["schemas"]["Grant"][];
                        /** @description whether there may be more: `cursor` goes on */
                        more: boolean;
                        /** @description there may be more behind this place, though a page may have none; nothing is behind one without it. What is extended while pages of live ones are read may come twice */
                        cursor?: string;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeGrant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        grant: components["schemas"]["Grant"];
                        running: components["schemas"]["Running"];
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description done and in force; not in the audit yet */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        grant: components["schemas"]["Grant"];
                        running: components["schemas"]["Running"];
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    extendGrant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description a number and its unit: "90s", "30m", "2h", "7d"
                     * @example 30m
                     */
                    duration: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ElevationRequest"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOperations: {
        parameters: {
            query?: {
                /** @description only true is offered; one’s own ended ones: /api/me/operations; all: the audit */
                live?: boolean;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description epoch milliseconds, UTC */
                        now: number;
                        operations: components["schemas"]["Operation"][];
                        /** @description how many were left out */
                        more: number;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cutOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        operation: components["schemas"]["Operation"];
                        running: components["schemas"]["Running"];
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description done and in force; not in the audit yet */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        operation: components["schemas"]["Operation"];
                        running: components["schemas"]["Running"];
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLocks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description epoch milliseconds, UTC */
                        now: number;
                        locks: components["schemas"]["Lock"][];
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeLock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description P-… */
                    principal?: string;
                    repository?: string;
                    upstream?: string;
                    /** @enum {boolean} */
                    everything?: true;
                    /** @description stop this one only; without it both */
                    right?: "fetch" | "push";
                    /** @description whom it does not stop */
                    except?: string[];
                    reason: string;
                    /** @description epoch milliseconds, a time such as 2026-11-25T14:05:00Z, or a span from now such as 2h */
                    until?: number | string;
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        lock: components["schemas"]["Lock"];
                        running: components["schemas"]["Running"];
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description done and in force; not in the audit yet */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        lock: components["schemas"]["Lock"];
                        running: components["schemas"]["Running"];
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    liftLock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        lock: components["schemas"]["Lock"];
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description done and in force; not in the audit yet */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        lock: components["schemas"]["Lock"];
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readNow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Now"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readAudit: {
        parameters: {
            query?: {
                /** @example 2026-11-25T14:05:00Z */
                from?: string;
                /** @example 2026-11-25T14:05:00Z */
                to?: string;
                principal?: string;
                repository?: string;
                grant?: string;
                operation?: string;
                type?: string;
                cursor?: string;
                /** @description `all` by default: this node’s log from its files, and of the others what they shared lately; `this`: this node’s alone */
                nodes?: "all" | "this";
                limit?: number;
                /** @description which come first, `oldest` by default; a cursor is good for the order it came from */
                order?: "oldest" | "newest";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: unknown[];
                        people: {
                            id: string;
                            name?: string;
                            email?: string;
                        }[];
                        /** @description give it back for the next page; absent on the last */
                        cursor?: string;
                        /** @description how much of which logs this answer has seen */
                        coverage: {
                            /** @description one node’s log */
                            chain: string;
                            /** @description its last entry, as far as this node knows */
                            head: number;
                            /** @description whether it is this node’s, whose files are read */
                            here: boolean;
                            /** @description the entries that were looked through for this answer, in the files or in what was shared */
                            seen: {
                                fromSeq: number;
                                toSeq: number;
                            }[];
                            /** @description entries that there are where this answer looked, and that are not here: the node itself or its files have them, or they are lost */
                            missing: {
                                fromSeq: number;
                                toSeq: number;
                            }[];
                            /** @description of another node: the first and the last entry of its that the store holds a copy of */
                            shared?: {
                                fromSeq: number;
                                toSeq: number;
                            };
                        }[];
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    countAudit: {
        parameters: {
            query?: {
                /** @example 2026-11-25T14:05:00Z */
                from?: string;
                /** @example 2026-11-25T14:05:00Z */
                to?: string;
                principal?: string;
                repository?: string;
                grant?: string;
                operation?: string;
                type?: string;
                /** @description `all` by default: this node’s log from its files, and of the others what they shared lately; `this`: this node’s alone */
                nodes?: "all" | "this";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description length of each stretch, which begin at its multiples of the epoch */
                        spanMs: number;
                        /** @description those with an entry, the oldest first; at most 60 from the first to the last, with those that have none */
                        stretches: {
                            /** @description epoch milliseconds */
                            from: number;
                            /** @description epoch milliseconds; not included */
                            to: number;
                            /** @description entries of each type, and of each outcome of those that have one */
                            kinds: {
                                type: string;
                                outcome?: string;
                                count: number;
                            }[];
                        }[];
                        /** @description how much of which logs this answer has seen */
                        coverage: {
                            /** @description one node’s log */
                            chain: string;
                            /** @description its last entry, as far as this node knows */
                            head: number;
                            /** @description whether it is this node’s, whose files are read */
                            here: boolean;
                            /** @description the entries that were looked through for this answer, in the files or in what was shared */
                            seen: {
                                fromSeq: number;
                                toSeq: number;
                            }[];
                            /** @description entries that there are where this answer looked, and that are not here: the node itself or its files have them, or they are lost */
                            missing: {
                                fromSeq: number;
                                toSeq: number;
                            }[];
                            /** @description of another node: the first and the last entry of its that the store holds a copy of */
                            shared?: {
                                fromSeq: number;
                                toSeq: number;
                            };
                        }[];
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayAudit: {
        parameters: {
            query?: {
                /** @example 2026-11-25T14:05:00Z */
                from?: string;
                /** @example 2026-11-25T14:05:00Z */
                to?: string;
                principal?: string;
                repository?: string;
                grant?: string;
                operation?: string;
                /** @example 2026-11-25T14:05:00Z */
                at?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        replayed?: {
                            chains: {
                                chain: string;
                                entries: number;
                                lastSeq: number;
                                /** @description epoch milliseconds */
                                lastAt: number;
                            }[];
                            /** @description parts of the log that are missing, were altered, or lie on other nodes */
                            gaps: {
                                chain: string;
                                /** @description the last entry before it */
                                after: number;
                                /** @description the entry the chain goes on with */
                                before?: number;
                                /** @description the hash that the entry it goes on with names of the one before it */
                                prev?: string;
                                what: string;
                                /** @description its time of keeping was over, and the chain says that it was deleted */
                                isDeleted?: boolean;
                            }[];
                            decisions: {
                                agreed: number;
                                disagreed: number;
                                undecidable: number;
                            };
                            grants: {
                                agreed: number;
                                disagreed: number;
                                undecidable: number;
                            };
                            /** @description what is not agreed, and why */
                            findings: {
                                chain: string;
                                seq: number;
                                /** @description epoch milliseconds */
                                at: number;
                                type: string;
                                operationId?: string;
                                verdict: "agreed" | "disagreed" | "undecidable";
                                what: string;
                            }[];
                            findingsLeftOut: number;
                            timeLine: {
                                /** @description epoch milliseconds */
                                at: number;
                                chain: string;
                                seq: number;
                                text: string;
                                verdict?: "agreed" | "disagreed" | "undecidable";
                            }[];
                            timeLineLeftOut: number;
                            /** @description grants from their beginning to their end, and the operations inside them */
                            spans: {
                                grantId: string;
                                principalId: string;
                                right: string;
                                repository: string;
                                /** @description epoch milliseconds */
                                from: number;
                                /** @description epoch milliseconds */
                                until: number;
                                how: "ends" | "revoked";
                                operations: {
                                    operationId: string;
                                    /** @description epoch milliseconds */
                                    from: number;
                                    /** @description epoch milliseconds */
                                    until?: number;
                                    outcome: string;
                                }[];
                                operationsLeftOut: number;
                            }[];
                            spansLeftOut: number;
                        };
                        moment?: {
                            /** @description epoch milliseconds */
                            at: number;
                            grants: {
                                grantId: string;
                                principalId: string;
                                repository: string;
                                right: string;
                                refs: string[];
                                /** @description epoch milliseconds */
                                endsAt: number;
                            }[];
                            grantsLeftOut: number;
                            locks: {
                                lockId: string;
                                /** @description what it stops */
                                on: unknown;
                                /** @description both without it */
                                right?: string;
                                /** @description whom it does not stop, P-… */
                                except: string[];
                                reason: string;
                            }[];
                            locksLeftOut: number;
                            /** @description as their hosts last confirmed them */
                            refs: {
                                repository: string;
                                ref: string;
                                id: string;
                                /** @description epoch milliseconds */
                                confirmedAt: number;
                            }[];
                            refsLeftOut: number;
                            /** @description parts of the log that are missing, were altered, or lie on other nodes */
                            gaps: {
                                chain: string;
                                /** @description the last entry before it */
                                after: number;
                                /** @description the entry the chain goes on with */
                                before?: number;
                                /** @description the hash that the entry it goes on with names of the one before it */
                                prev?: string;
                                what: string;
                                /** @description its time of keeping was over, and the chain says that it was deleted */
                                isDeleted?: boolean;
                            }[];
                        };
                        people: {
                            id: string;
                            name?: string;
                            email?: string;
                        }[];
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description epoch milliseconds, UTC */
                        at: number;
                        /** @description `attested`: no fault, and an anchor reaches the last checkpoint; `unattested`: no fault, and what was cut off at the end cannot be seen; `fault`: the log is not what was written */
                        standing: "attested" | "unattested" | "fault";
                        /** @description the words of the command */
                        lines: string[];
                        chains: {
                            chain: string;
                            entries: number;
                            /** @description complete to */
                            lastSeq: number;
                            /** @description the node’s clock there; epoch milliseconds */
                            lastAt: number;
                            attestation: "attested" | "unattested";
                            /** @description the last entry that an anchor attests */
                            attestedTo?: number;
                            /** @description which anchor that is */
                            attestedBy?: string;
                        }[];
                        /** @description the file that `audit.witness` names, as this node reaches it */
                        anchor: "read" | "none" | "unreadable";
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOffReport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example 2026-11-25T14:05:00Z */
                    from: string;
                    /** @example 2026-11-25T14:05:00Z */
                    to: string;
                    remarks: string;
                    /** @description of the report that was read */
                    hash: string;
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        by: string;
                        from: number;
                        to: number;
                        remarks: string;
                        hash: string;
                        /** @description missing parts of the log, chains of other nodes included */
                        gaps: number;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    can: {
        parameters: {
            query: {
                repository: string;
                right: "fetch" | "push";
                ref?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Can"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRules: {
        parameters: {
            query?: {
                repository?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description epoch milliseconds, UTC */
                        now: number;
                        /** @description hash of the policy in force on this node */
                        policy: string;
                        /** @description those the caller may ask under or answers for; every rule for auditors and admins */
                        rules: components["schemas"]["Rule"][];
                        /** @description how many more rules there are */
                        hidden: number;
                        /** @description the canonical name of the repository asked about */
                        repository?: string;
                        /** @description number of the first rule that matches it, if the caller may see that */
                        matched?: number;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description epoch milliseconds, UTC */
                        now: number;
                        credentials: components["schemas"]["ListedCredential"][];
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createCredential: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kind: "git" | "api";
                    name: string;
                    /**
                     * @description a number and its unit: "90s", "30m", "2h", "7d"
                     * @example 30m
                     */
                    expiresIn: string;
                    scopes?: ("read" | "request" | "approve" | "audit")[];
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        credential: components["schemas"]["Credential"];
                        /** @description shown this once */
                        secret: string;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description C-… */
                        id: string;
                        kind: "git" | "api";
                        scopes: ("read" | "request" | "approve" | "audit")[];
                        name: string;
                        /** @description the first 12 characters of the secret */
                        shown: string;
                        /** @description epoch milliseconds, UTC */
                        createdAt: number;
                        /** @description epoch milliseconds, UTC */
                        endsAt: number;
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description done and in force; not in the audit yet */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description C-… */
                        id: string;
                        kind: "git" | "api";
                        scopes: ("read" | "request" | "approve" | "audit")[];
                        name: string;
                        /** @description the first 12 characters of the secret */
                        shown: string;
                        /** @description epoch milliseconds, UTC */
                        createdAt: number;
                        /** @description epoch milliseconds, UTC */
                        endsAt: number;
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description epoch milliseconds, UTC */
                        now: number;
                        keys: components["schemas"]["Key"][];
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /**
                     * @description the line of the .pub file
                     * @example ssh-ed25519 AAAAC3Nz… ana@laptop
                     */
                    publicKey: string;
                    /**
                     * @description a number and its unit: "90s", "30m", "2h", "7d"
                     * @example 30m
                     */
                    expiresIn: string;
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description C-… */
                        id: string;
                        name: string;
                        /** @description SHA256:… as ssh-keygen -l shows it */
                        fingerprint: string;
                        /** @description epoch milliseconds, UTC */
                        createdAt: number;
                        /** @description epoch milliseconds, UTC */
                        endsAt: number;
                        /** @description sign-in-link: bound at a terminal, by the link it shows */
                        origin: "registered" | "sign-in-link";
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description done and in force; not in the audit yet */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description C-… */
                        id: string;
                        name: string;
                        /** @description SHA256:… as ssh-keygen -l shows it */
                        fingerprint: string;
                        /** @description epoch milliseconds, UTC */
                        createdAt: number;
                        /** @description epoch milliseconds, UTC */
                        endsAt: number;
                        /** @description sign-in-link: bound at a terminal, by the link it shows */
                        origin: "registered" | "sign-in-link";
                        /** @description false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can */
                        recorded: boolean;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signCertificate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description the line of the .pub file
                     * @example ssh-ed25519 AAAAC3Nz… ana@laptop
                     */
                    publicKey: string;
                    /**
                     * @description a number and its unit: "90s", "30m", "2h", "7d"
                     * @example 30m
                     */
                    expiresIn?: string;
                    name?: string;
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Certificate"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginSshLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description the line of the .pub file
                     * @example ssh-ed25519 AAAAC3Nz… ana@laptop
                     */
                    publicKey: string;
                    /**
                     * @description a number and its unit: "90s", "30m", "2h", "7d"
                     * @example 30m
                     */
                    expiresIn?: string;
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description for the command line alone; the link does not give it away */
                        ticket: string;
                        /** @description to be opened in a browser, once, within ten minutes */
                        link: string;
                        /** @description of the key, as the page shows it */
                        fingerprint: string;
                        /** @description epoch milliseconds, UTC */
                        now: number;
                        /** @description epoch milliseconds, UTC */
                        endsAt: number;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishSshLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ticket: string;
                    /**
                     * @description the line of the .pub file
                     * @example ssh-ed25519 AAAAC3Nz… ana@laptop
                     */
                    publicKey: string;
                    /** @description the six digits that the link’s page shows to who signed in; five tries */
                    code: string;
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description epoch milliseconds, UTC */
                        now: number;
                        principal: components["schemas"]["Person"];
                        certificate: components["schemas"]["Certificate"];
                        ssh?: {
                            host: string;
                            port: number;
                        };
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    leaveSshLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ticket: string;
                    /**
                     * @description the line of the .pub file
                     * @example ssh-ed25519 AAAAC3Nz… ana@laptop
                     */
                    publicKey: string;
                };
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description epoch milliseconds, UTC */
                        now: number;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readKeyLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyLink"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showKeyLinkCode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description six digits, to be typed at the terminal; shown this once */
                        code: string;
                        /** @description epoch milliseconds, UTC */
                        endsAt: number;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOwnOperations: {
        parameters: {
            query?: {
                /** @description look further back, for the last use of each of one’s git credentials, keys and certificates */
                credentials?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description epoch milliseconds, UTC */
                        now: number;
                        /** @description the newest 50 at most, the newest first */
                        operations: components["schemas"]["EndedOperation"][];
                        /** @description those that are seen used since `since`; for `api` credentials see `GET /api/credentials` */
                        credentialUses: {
                            /** @description of a git credential, an SSH key or a certificate; C-… */
                            credentialId: string;
                            /** @description when git last came with it, let through or refused; epoch milliseconds */
                            lastUsedAt: number;
                        }[];
                        /** @description how far back the audit was looked through, 30 days at most; epoch milliseconds */
                        since: number;
                        /** @description entries of other nodes, or deleted ones, were not to be had here: something may be missing */
                        partial: boolean;
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deactivated: {
        parameters: {
            query?: never;
            header: {
                /** @description the same again changes nothing */
                "webhook-id": string;
                /** @description epoch seconds, at most five minutes old or ahead */
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    subject: string;
                    issuer?: string;
                };
            };
        };
        responses: {
            /** @description taken */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description true: locked out, and everything they had is ended */
                        changed: boolean;
                        /** @description why nothing was changed */
                        why?: "repeated" | "unknown-subject";
                        /** @description how many were ended */
                        signIns?: number;
                        /** @description how many were ended */
                        credentials?: number;
                        /** @description L-…; the next sign-in of the person lifts it */
                        lockId?: string;
                    };
                };
            };
            /** @description not taken, or to be sent again */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description not told */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    accessReport: {
        parameters: {
            query: {
                /** @example 2026-11-25T14:05:00Z */
                from: string;
                /** @example 2026-11-25T14:05:00Z */
                to: string;
                /** @description `json` by default */
                format?: "json" | "html";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the report */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReport"];
                    "text/html": string;
                };
            };
            /** @description not told */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auditStream: {
        parameters: {
            query?: {
                /** @example 2026-11-25T14:05:00Z */
                from?: string;
                /** @example 2026-11-25T14:05:00Z */
                to?: string;
                principal?: string;
                repository?: string;
                grant?: string;
                operation?: string;
                type?: string;
                /** @description `all` by default: this node’s log from its files, and of the others what they shared lately; `this`: this node’s alone */
                nodes?: "all" | "this";
                /** @description the id of an event: begin behind it; a browser sends it by itself as Last-Event-ID */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description not told */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
