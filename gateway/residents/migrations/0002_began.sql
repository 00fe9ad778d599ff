-- A new attempt forgets those that are too old: without this it reads them all.
create index attempt_began on gateway.attempt (began);
-- The guard looks at what has not ended, and nothing else of what is kept.
create index proxy_lives on gateway.proxy (represented, proxy) where not ended;
create index proxy_view_of on gateway.proxy_view (proxy, at);
