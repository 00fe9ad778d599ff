-- A sink whose office was restored from an older copy receipts again from where the copy stood.

alter table ledger.range add column receipt bytea, add column undone boolean not null default false;
comment on column ledger.range.receipt is 'What came, to be taken back if the sink goes back before it; null in a range from before this column';
comment on column ledger.range.undone is 'Did the sink go back before it? Then it is counted no more: what is there again is receipted again';

create or replace view ledger.seam as
select member, channel, coalesce(reached, 0) as expected, "first" as begins
from (select member, channel, "first",
             max("last" + 1) over (partition by member, channel order by "first", "last"
                                   rows between unbounded preceding and 1 preceding) as reached
      from ledger.range where "last" >= "first" and not undone) r
where "first" <> coalesce(reached, 0);
comment on view ledger.seam is 'Where ranges do not join: begins > expected is a gap (never receipted), begins < expected an overlap';
