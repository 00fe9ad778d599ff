-- Who moves in one 異動単位 with somebody is asked for whoever signs in, once a second: by the names in facts -> 'groups'.

create index standing_by_groups on processes.standing using gin ((facts -> 'groups'));
