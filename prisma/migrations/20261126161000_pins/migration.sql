-- Messages that a room keeps at hand: a change like a reaction, with a rev of its own.
ALTER TABLE "messages" ADD COLUMN "pinned_at" TIMESTAMPTZ(3), ADD COLUMN "pinned_by" UUID;
-- Not valid: the columns are new, so there is no row to look at, and the table need not be read under the lock.
ALTER TABLE "messages" ADD CONSTRAINT "messages_pins" CHECK (("pinned_at" IS NULL) = ("pinned_by" IS NULL)
  AND ("pinned_at" IS NULL OR "body" IS NOT NULL)) NOT VALID;
CREATE INDEX "messages_room_id_pinned_at_idx" ON "messages" ("room_id", "pinned_at") WHERE "pinned_at" IS NOT NULL;

-- What is absent stays absent; only a tombstone's body is null. A tombstone keeps its place and its author, nothing else.
CREATE OR REPLACE FUNCTION message_json(m messages) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT concat(
    '{"roomId":"', m.room_id, '","seq":', m.seq, ',"rev":', m.rev, ',"id":"', m.id, '","authorId":"', m.author_id,
    '","body":', coalesce(to_json(m.body)::text, 'null'),
    ',"replyTo":' || m.reply_to,
    ',"reactions":' || m.reactions::text,
    ',"sentAt":"', wire_time(m.sent_at),
    '","editedAt":"' || wire_time(m.edited_at),
    '","deletedAt":"' || wire_time(m.deleted_at),
    '","pinnedAt":"' || wire_time(m.pinned_at), '","pinnedBy":"' || m.pinned_by,
    '"}')::json
$$;

-- Who may change what [M3]: a refusal, or NULL for yes.
CREATE OR REPLACE FUNCTION append_refusal(change text, who uuid, admin boolean, room rooms, mine members, message messages)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN mine.user_id IS NULL AND room.kind <> 'public' THEN 'not-found'
    WHEN mine.user_id IS NULL AND NOT (admin AND change = 'delete') THEN 'forbidden'
    WHEN message.seq IS NULL THEN 'not-found'
    WHEN room.archived AND change <> 'delete' THEN 'forbidden'
    WHEN change IN ('react', 'pin') OR message.author_id = who THEN NULL
    WHEN change = 'delete' AND room.kind IN ('public', 'private') AND mine.role = 'owner' THEN NULL
    WHEN change = 'delete' AND room.kind = 'public' AND admin THEN NULL
    ELSE 'forbidden'
  END
$$;

-- Edits, deletions, reactions and pins, one after the other. A change is {n, kind, roomId, seq, userId, admin?, …};
-- an answer [n, verdict, message as this change left it].
CREATE OR REPLACE FUNCTION append_changes(changes jsonb, missed uuid[], patient boolean, moment timestamptz, reaction_kinds int,
  reaction_choices int) RETURNS json LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  c record;
  room rooms;
  mine members;
  message messages;
  verdict text;
  answers json[] := '{}';
BEGIN
  FOR c IN
    SELECT * FROM jsonb_to_recordset(changes) AS w(n int, kind text, "roomId" uuid, seq int, "userId" uuid, admin boolean,
      body text, "onRev" int, emoji text, "on" boolean, mentions jsonb) ORDER BY w.n
  LOOP
    SELECT * INTO room FROM rooms WHERE id = c."roomId" AND id <> ALL (missed);
    SELECT * INTO mine FROM members WHERE room_id = room.id AND user_id = c."userId";
    SELECT * INTO message FROM messages WHERE room_id = room.id AND seq = c.seq;
    verdict := CASE
      WHEN room.id IS NULL THEN append_absent(c."roomId", patient)
      ELSE append_refusal(c.kind, c."userId", c.admin, room, mine, message)
    END;
    verdict := CASE
      WHEN verdict IS NOT NULL THEN verdict
      WHEN c.kind = 'edit' AND message.body = c.body THEN 'same'
      WHEN c.kind = 'delete' AND message.deleted_at IS NOT NULL THEN 'same'
      WHEN c.kind = 'react' AND coalesce(message.reactions -> c.emoji ? c."userId"::text, false) = c."on" THEN 'same'
      WHEN c.kind = 'pin' AND (message.pinned_at IS NOT NULL) = c."on" THEN 'same'
      WHEN message.deleted_at IS NOT NULL OR message.rev <> c."onRev" THEN 'conflict'
      WHEN c.kind = 'react' AND c."on" AND NOT coalesce(message.reactions ? c.emoji, false)
        AND (SELECT count(*) FROM jsonb_object_keys(message.reactions)) >= reaction_kinds THEN 'too-large'
      WHEN c.kind = 'react' AND c."on"
        AND (SELECT sum(jsonb_array_length(who)) FROM jsonb_each(message.reactions) AS r(emoji, who)) >= reaction_choices
        THEN 'too-large'
      -- as many as a list of them can bear: `limits.pins`
      WHEN c.kind = 'pin' AND c."on"
        AND (SELECT count(*) FROM messages WHERE room_id = room.id AND pinned_at IS NOT NULL) >= 100 THEN 'too-large'
      ELSE 'new'
    END;

    IF verdict = 'new' THEN
      UPDATE rooms SET rev = rev + 1, moved_at = moment WHERE id = room.id;
      UPDATE messages SET
        rev = room.rev + 1,
        body = CASE WHEN c.kind IN ('react', 'pin') THEN body ELSE c.body END,
        reactions = CASE c.kind
          WHEN 'react' THEN append_reaction(reactions, c.emoji, c."userId"::text, c."on")
          WHEN 'delete' THEN NULL
          ELSE reactions END,
        edited_at = CASE c.kind WHEN 'edit' THEN moment WHEN 'delete' THEN NULL ELSE edited_at END,
        deleted_at = CASE c.kind WHEN 'delete' THEN moment END,
        pinned_at = CASE c.kind WHEN 'delete' THEN NULL WHEN 'pin' THEN CASE WHEN c."on" THEN moment END ELSE pinned_at END,
        pinned_by = CASE c.kind WHEN 'delete' THEN NULL WHEN 'pin' THEN CASE WHEN c."on" THEN c."userId" END ELSE pinned_by END
      WHERE room_id = room.id AND seq = c.seq
      RETURNING * INTO message;
      IF c.kind IN ('edit', 'delete') THEN
        DELETE FROM mentions WHERE room_id = room.id AND seq = c.seq;
        PERFORM append_mentions(room.id, c.seq, message.author_id, c.mentions);
      END IF;
    END IF;
    answers := answers || CASE
      WHEN verdict IN ('new', 'same') THEN json_build_array(c.n, verdict, message_json(message))
      ELSE json_build_array(c.n, verdict)
    END;
  END LOOP;
  RETURN array_to_json(answers);
END $$;
