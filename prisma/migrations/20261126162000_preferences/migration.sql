-- What a member makes of a room for themselves: nobody else's business, so it raises no rev.
ALTER TABLE "members" ADD COLUMN "favourite" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "muted" BOOLEAN NOT NULL DEFAULT false;

-- NULL leaves one as it is.
CREATE FUNCTION room_prefer(target uuid, who uuid, new_favourite boolean, new_muted boolean) RETURNS json
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  mine members;
  moved boolean;
BEGIN
  UPDATE members SET favourite = coalesce(new_favourite, favourite), muted = coalesce(new_muted, muted)
  WHERE room_id = target AND user_id = who
    AND (favourite, muted) <> (coalesce(new_favourite, favourite), coalesce(new_muted, muted));
  moved := FOUND;
  SELECT * INTO mine FROM members WHERE room_id = target AND user_id = who;
  IF NOT FOUND THEN
    RETURN room_refuses(CASE (SELECT kind FROM rooms WHERE id = target) WHEN 'public' THEN 'forbidden' ELSE 'not-found' END);
  END IF;
  RETURN json_build_object('favourite', mine.favourite, 'muted', mine.muted, 'moved', moved);
END $$;
