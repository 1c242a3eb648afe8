"""What methods of caches do, and how clients of caches are made."""

from __future__ import annotations

import re

WORDS = ("ache", "edis", "dogpile")
"""What stands in files that make a cache; others may use one that they import under any name."""
USUAL_METHODS = "get set delete setex incr mget exists hget hset expire keys sadd".split()
READS = frozenset(
    """get get_many mget exists has_key ttl pttl hget hgetall hmget hexists hkeys hvals hlen lrange llen
    lindex smembers sismember scard srandmember zrange zrevrange zrangebyscore zrevrangebyscore zscore zcard
    zrank zrevrank zcount keys scan scan_iter hscan hscan_iter sscan_iter zscan_iter strlen getrange get_dict
    aget aget_many ahas_key has xread xrange xlen getbit bitcount pfcount multi_get get_multi""".split()
)
WRITES = frozenset(
    """set add setex setnx psetex mset delete unlink incr decr incrby decrby incrbyfloat expire expireat
    pexpire persist touch hset hmset hincrby hincrbyfloat hdel hsetnx lpush rpush lrem ltrim lset linsert
    sadd srem zadd zrem zincrby zremrangebyscore zremrangebyrank set_many delete_many delete_pattern rename
    setrange setbit aset aadd adelete aincr adecr aset_many adelete_many atouch xadd xdel xtrim inc dec pfadd
    multi_set set_multi delete_multi lock""".split()
)
BOTH = frozenset(
    """get_or_set aget_or_set getset getdel getex lpop rpop blpop brpop spop zpopmin zpopmax bzpopmin
    bzpopmax rpoplpush brpoplpush lmove get_or_create""".split()
)
PUBLISHES, SUBSCRIBES = frozenset({"publish"}), frozenset({"subscribe", "psubscribe"})
FORGETS_KEYS = frozenset("delete unlink delete_many delete_pattern adelete adelete_many delete_multi".split())
"""Of what writes: what keeps nothing."""
METHODS = READS | WRITES | BOTH | PUBLISHES | SUBSCRIBES
SEVERAL = frozenset(
    """get_many mget exists delete unlink delete_many get_dict set_many mset adelete_many aget_many
    aset_many multi_get multi_set get_multi set_multi delete_multi blpop brpop subscribe psubscribe""".split()
)
"""Methods that take several keys, as arguments or in a list or dictionary."""
KEY_WORDS = ("key", "name", "keys", "mapping", "channel", "pattern", "mappings")
DECORATORS = frozenset(
    """cached memoize cache_page memoized cache_on_arguments cache_multi_on_arguments vary_cached""".split()
)
FORGETS = frozenset({"delete_memoized", "delete_memoized_verhash"})
UNLIKE_COLLECTIONS = METHODS - frozenset("get add keys rename touch lock exists has".split())
"""Methods that no dictionary, set or list has, so that a name such as `cache` is enough to tell."""

USUAL = re.compile(r"(?:.*[._?])?(?:\w*redis\w*|redis_client|rdb)\Z", re.IGNORECASE)
USUAL_CACHE = re.compile(r"(?:.*[._?])?\w*cache\Z", re.IGNORECASE)
NAMED = re.compile(r"cache|redis|memoiz|invalidat|evict|_keys?\Z", re.IGNORECASE)
"""How functions are called that hand a key on."""
WRAPS = frozenset(
    """read write load store fetch put save retrieve remember forget invalidate get_value set_value
    get_json set_json""".split()
)
"""How methods of a project's own wrappers are called, where nothing else says that they hand a key on."""

_TAIL = re.compile(
    r"(?:\.__a?enter__\(\)|\.pipeline\(\)|\.pubsub\(\)|\.client\(\)|\.multi\(\)|\.configure\(\)"
    r"|\.get_client\(\)|\.from_url\(\)|\.from_pool\(\)|\.cache|\.\w*for\(\))+\Z"
)
_MADE = (
    ("django", re.compile(
        r"django\.core\.cache\.(?:cache|caches(?:\[\])?|get_cache\(\))\Z"
        r"|(?:django_redis\.cache|django\.core\.cache\.backends\.\w+)\.\w*Cache(?:\(\))?\Z"
        r"|rest_framework\.throttling\.\w+Throttle(?:\(\))?\.cache\Z")),
    ("redis", re.compile(
        r"(?:\w*redis\w*\.)(?:\w+\.)*(?:Strict|Flask|Fake|FakeStrict)?Redis(?:Cluster)?(?:\(\))?\Z"
        r"|(?:aio)?redis(?:\.\w+)*(?:\.from_url\(\)|\.create_redis(?:_pool)?\(\)|\.Sentinel\(\))?\Z"
        r"|django_redis\.get_redis_connection\(\)\Z|rq\.(?:connections\.)?get_current_connection\(\)\Z"
        r"|flask_redis\.FlaskRedis\(\)\Z|redis_cache\.get_redis_connection\(\)\Z")),
    ("flask-caching", re.compile(r"(?:flask_caching|flask_cache|flask\.ext\.cache)\.\S*Cache\(\)\Z")),
    ("cachelib", re.compile(r"(?:cachelib|werkzeug\.contrib\.cache)\.(?:\w+\.)*\w+Cache\(\)\Z")),
    ("dogpile", re.compile(r"dogpile\.cache\.(?:\w+\.)*(?:make_region|CacheRegion)\(\)\Z")),
    ("aiocache", re.compile(r"aiocache\.\S*Cache\(\)\Z|aiocache\.caches\.get\(\)\Z|cashews\.cache\Z")),
    ("memcache", re.compile(r"(?:memcache|pylibmc|pymemcache|aiomcache|bmemcached)\.\S*Client\(\)\Z")),
)  # fmt: skip


def store_of(name: str) -> str:
    """Which kind of cache an external object is by how it is made (`redis.Redis()`), "" for none."""
    for text in (name, _TAIL.sub("", name)):
        for store, made in _MADE:
            if made.match(text) and text not in ("redis", "aioredis"):
                return store
    return ""
