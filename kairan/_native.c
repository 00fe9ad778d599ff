/*
 * The two inner loops of a night of tax, compiled: finding where every field lies, and putting deliveries together.
 *
 * ``kairan/scanner.py`` and ``processors/routing/envelopes.py`` hold the same in Python. That is the law: it runs where
 * this was not built, and it is asked whenever ``scan`` cannot say yes, for it alone says what is wrong and where.
 * Nothing here trusts what it is given: each read is held against the end of the bytes, each step against the end of
 * the program.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

/* Raised with every change of the steps or of a parcel's fields: kairan/native.py takes no other. */
#define EDITION 1
#define MOST_MARKS 512
#define MOST_LISTS 8

/* The steps of a program (kairan/native.py writes them): a number each, behind it those of its operands. */
enum { END, MARK, FIXED, ENUMERATED, BOOLEAN, NUMBER, BYTES, TEXT, OPTION, LIST, NEXT };

typedef struct {
    const uint8_t *at, *end;
} Cursor;

/* An unsigned varint of at most 64 bits in its shortest form; 0: there is none. */
static int varint(Cursor *c, uint64_t *value)
{
    uint64_t found = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        if (c->at >= c->end)
            return 0;
        uint8_t byte = *c->at++;
        if (shift == 63 && byte > 1)
            return 0;
        found |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) {
            *value = found;
            return byte != 0 || shift == 0;
        }
    }
    return 0;
}

/* What follows a length of zigzag: ``text`` is set to its first byte. */
static int bytes_behind(Cursor *c, const uint8_t **text, Py_ssize_t *length)
{
    uint64_t value;
    if (!varint(c, &value) || value & 1 || value >> 1 > (uint64_t)(c->end - c->at))
        return 0;
    *text = c->at;
    *length = (Py_ssize_t)(value >> 1);
    c->at += value >> 1;
    return 1;
}

/* Is it UTF-8 without U+0000? Python's own decoder decides about what is not ASCII. */
static int is_text(const uint8_t *text, Py_ssize_t length)
{
    uint8_t all = 0;
    if (memchr(text, 0, length) != NULL)
        return 0;
    for (Py_ssize_t i = 0; i < length; i++)
        all |= text[i];
    if (all < 128)
        return 1;
    PyObject *decoded = PyUnicode_DecodeUTF8((const char *)text, length, NULL);
    if (decoded == NULL)
        PyErr_Clear();
    Py_XDECREF(decoded);
    return decoded != NULL;
}

/* Runs a program over the bytes; how many positions it marked, -1 where the bytes or the program are not right. */
static int walk(const int32_t *step, int steps, const uint8_t *first, Cursor *c, Py_ssize_t *marks)
{
    struct { uint64_t left; int body; } lists[MOST_LISTS];
    int depth = 0, marked = 0, now = 0;
    const uint8_t *text;
    Py_ssize_t length;
    uint64_t value;
#define DEMAND(rule) do { if (!(rule)) return -1; } while (0)
#define BYTE() (c->at < c->end)
    for (;;) {
        DEMAND(now >= 0 && now + 1 < steps);
        int kind = step[now], operand = step[now + 1];
        now += 2;
        switch (kind) {
        case END:
            return marked;
        case MARK:
            DEMAND(marked < MOST_MARKS);
            marks[marked++] = c->at - first;
            break;
        case FIXED:
            DEMAND(operand >= 0 && operand <= c->end - c->at);
            c->at += operand;
            break;
        case ENUMERATED:
            DEMAND(BYTE() && *c->at <= operand && !(*c->at & 1));
            c->at++;
            break;
        case BOOLEAN:
            DEMAND(BYTE() && *c->at <= 1);
            c->at++;
            break;
        case NUMBER:
            DEMAND(varint(c, &value) && (operand > 63 || value >> operand == 0));
            break;
        case BYTES:
            DEMAND(bytes_behind(c, &text, &length));
            break;
        case TEXT:
            DEMAND(bytes_behind(c, &text, &length) && is_text(text, length));
            break;
        case OPTION:
            DEMAND(BYTE() && (*c->at == 0 || *c->at == 2));
            if (*c->at++ == 0)
                now = operand;
            break;
        case LIST:
            DEMAND(BYTE());
            if (*c->at == 0) {
                c->at++;
                now = operand;
                break;
            }
            /* An item takes a byte at least: so no count keeps anybody busy for longer than there are bytes. */
            DEMAND(depth < MOST_LISTS && varint(c, &value) && !(value & 1) && value >> 1 <= (uint64_t)(c->end - c->at));
            lists[depth].left = value >> 1;
            lists[depth++].body = now;
            break;
        case NEXT:
            DEMAND(depth > 0);
            if (--lists[depth - 1].left > 0) {
                now = lists[depth - 1].body;
                break;
            }
            depth--;
            DEMAND(BYTE() && *c->at == 0);
            c->at++;
            break;
        default:
            return -1;
        }
    }
#undef DEMAND
#undef BYTE
}

PyDoc_STRVAR(scan_doc, "scan(program, value, start, to_the_end) -> positions | None\n\n"
                       "Where each marked field of ``value`` begins, and the end; None where a rule is broken.");

static PyObject *scan(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    Py_ssize_t marks[MOST_MARKS];
    if (count != 4 || !PyBytes_CheckExact(args[0]) || !PyBytes_CheckExact(args[1]) || !PyLong_CheckExact(args[2])) {
        PyErr_SetString(PyExc_TypeError, "scan(bytes, bytes, int, bool)");
        return NULL;
    }
    const uint8_t *first = (const uint8_t *)PyBytes_AS_STRING(args[1]);
    Py_ssize_t size = PyBytes_GET_SIZE(args[1]), start = PyLong_AsSsize_t(args[2]);
    if (start < 0 || start > size) {
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    Cursor c = {first + start, first + size};
    int steps = (int)(PyBytes_GET_SIZE(args[0]) / (Py_ssize_t)sizeof(int32_t));
    int marked = walk((const int32_t *)PyBytes_AS_STRING(args[0]), steps, first, &c, marks);
    if (marked < 0 || (args[3] == Py_True && c.at != c.end))
        Py_RETURN_NONE;
    PyObject *found = PyTuple_New(marked + 1);
    for (int i = 0; found != NULL && i <= marked; i++) {
        PyObject *position = PyLong_FromSsize_t(i < marked ? marks[i] : c.at - first);
        if (position == NULL)
            Py_CLEAR(found);
        else
            PyTuple_SET_ITEM(found, i, position);
    }
    return found;
}

/* What a delivery is put together from, in this order. */
enum { FRONT, HEAD, MIDDLE, PLACE, REST, TAIL, PARTS };

/* The positions of a tuple; their number, -1 with an error set unless they rise within ``size``. */
static int positions(PyObject *tuple, Py_ssize_t size, Py_ssize_t *into)
{
    Py_ssize_t count = PyTuple_Check(tuple) ? PyTuple_GET_SIZE(tuple) : 0, before = 0;
    for (Py_ssize_t i = 0; i < count && count <= MOST_MARKS; i++, before = into[i - 1]) {
        into[i] = PyLong_AsSsize_t(PyTuple_GET_ITEM(tuple, i));
        if (into[i] < before || into[i] > size)
            count = 0;
    }
    if (count < 1 || count > MOST_MARKS) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_ValueError, "the boundaries do not lie in the record");
        return -1;
    }
    return (int)count;
}

/* The parts, and behind them the body's runs: (copied, first field, field behind the last) each. */
static PyObject *put_together(PyObject *const parts[PARTS], PyObject *runs, PyObject *value, const Py_ssize_t *marks,
                              int marked)
{
    const int32_t *run = (const int32_t *)PyBytes_AS_STRING(runs);
    Py_ssize_t numbers = PyBytes_GET_SIZE(runs) / (Py_ssize_t)sizeof(int32_t), size = 0;
    for (int i = 0; i < PARTS; i++)
        size += PyBytes_GET_SIZE(parts[i]);
    for (Py_ssize_t i = 0; i + 2 < numbers; i += 3) {
        int from = run[i + 1], to = run[i + 2];
        if (from < 0 || to < from || to >= marked) {
            PyErr_SetString(PyExc_ValueError, "a run lies beyond the body's fields");
            return NULL;
        }
        size += run[i] ? marks[to] - marks[from] : to - from;
    }
    PyObject *made = PyBytes_FromStringAndSize(NULL, size);
    if (made == NULL)
        return NULL;
    char *out = PyBytes_AS_STRING(made);
    for (int i = 0; i < PARTS; i++) {
        memcpy(out, PyBytes_AS_STRING(parts[i]), PyBytes_GET_SIZE(parts[i]));
        out += PyBytes_GET_SIZE(parts[i]);
    }
    for (Py_ssize_t i = 0; i + 2 < numbers; i += 3) {
        Py_ssize_t from = run[i + 1], to = run[i + 2], length = run[i] ? marks[to] - marks[from] : to - from;
        if (run[i])
            memcpy(out, PyBytes_AS_STRING(value) + marks[from], length);
        else
            memset(out, 0, length);
        out += length;
    }
    return made;
}

/* A named tuple of four, which takes over ``made``. */
static PyObject *outgoing(PyTypeObject *type, PyObject *topic, PyObject *key, PyObject *made, PyObject *partition)
{
    PyObject *record = type->tp_alloc(type, 4);
    if (record == NULL) {
        Py_DECREF(made);
        return NULL;
    }
    PyTuple_SET_ITEM(record, 0, Py_NewRef(topic));
    PyTuple_SET_ITEM(record, 1, Py_NewRef(key));
    PyTuple_SET_ITEM(record, 2, made);
    PyTuple_SET_ITEM(record, 3, Py_NewRef(partition));
    return record;
}

/* A member's (key, front, middle), made when it is first asked for. */
static PyObject *of_member(PyObject *members, PyObject *member, PyObject *make)
{
    PyObject *known = PyDict_GetItemWithError(members, member);
    if (known != NULL)
        return Py_NewRef(known);
    return PyErr_Occurred() ? NULL : PyObject_CallOneArg(make, member);
}

static int are_bytes(PyObject *const *parts, int count)
{
    for (int i = 0; i < count; i++)
        if (!PyBytes_CheckExact(parts[i]))
            return 0;
    return 1;
}

/* The fields of a parcel (``processors.routing.envelopes.Packed``). */
enum { P_MEMBER, P_TOPIC, P_HEAD, P_PLACES, P_TAIL, P_RUNS, P_GRANT, P_MASK, P_FIELDS };

PyDoc_STRVAR(deliver_doc,
             "deliver(type, partition, parcels, standing, members, of_member, plain, of_grant, value, boundaries) -> "
             "deliveries\n\nOne of ``type`` for each parcel; ``standing``: which of its places; ``plain``: the rest of "
             "an envelope, unless ``of_grant(member, grant)`` tells another.");

static PyObject *deliver(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    Py_ssize_t marks[MOST_MARKS];
    if (count != 10 || !PyType_Check(args[0]) || !PyTuple_Check(args[2]) || !PyLong_CheckExact(args[3]) ||
        !PyDict_Check(args[4]) || !are_bytes(&args[6], 1) || !are_bytes(&args[8], 1)) {
        PyErr_SetString(PyExc_TypeError, "deliver: arguments of other types");
        return NULL;
    }
    PyTypeObject *type = (PyTypeObject *)args[0];
    PyObject *parcels = args[2], *value = args[8];
    Py_ssize_t standing = PyLong_AsSsize_t(args[3]), many = PyTuple_GET_SIZE(parcels);
    if (standing < 0 && PyErr_Occurred())
        return NULL;
    int marked = positions(args[9], PyBytes_GET_SIZE(value), marks);
    if (marked < 0)
        return NULL;
    if (!PyType_IsSubtype(type, &PyTuple_Type)) {
        PyErr_SetString(PyExc_TypeError, "deliver: a tuple's type");
        return NULL;
    }
    PyObject *all = PyList_New(many);
    for (Py_ssize_t i = 0; all != NULL && i < many; i++) {
        PyObject *parcel = PyTuple_GET_ITEM(parcels, i), *made = NULL, *rest = NULL, *known = NULL, *record = NULL;
        PyObject **of = ((PyTupleObject *)parcel)->ob_item;
        if (PyTuple_Check(parcel) && PyTuple_GET_SIZE(parcel) == P_FIELDS && PyTuple_Check(of[P_PLACES]) && standing >= 0 &&
            standing < PyTuple_GET_SIZE(of[P_PLACES]) && (known = of_member(args[4], of[P_MEMBER], args[5])) != NULL)
            rest = of[P_GRANT] == Py_None ? Py_NewRef(args[6])
                                          : PyObject_CallFunctionObjArgs(args[7], of[P_MEMBER], of[P_GRANT], NULL);
        if (rest != NULL && PyTuple_Check(known) && PyTuple_GET_SIZE(known) == 3) {
            PyObject *const parts[PARTS] = {PyTuple_GET_ITEM(known, 1), of[P_HEAD], PyTuple_GET_ITEM(known, 2),
                                            PyTuple_GET_ITEM(of[P_PLACES], standing), rest, of[P_TAIL]};
            if (are_bytes(parts, PARTS) && PyBytes_CheckExact(of[P_RUNS]))
                made = put_together(parts, of[P_RUNS], value, marks, marked);
        }
        if (made != NULL)
            record = outgoing(type, of[P_TOPIC], PyTuple_GET_ITEM(known, 0), made, args[1]);
        Py_XDECREF(known);
        Py_XDECREF(rest);
        if (record == NULL) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_TypeError, "deliver: a parcel has other parts");
            Py_CLEAR(all);
        } else
            PyList_SET_ITEM(all, i, record);
    }
    return all;
}

static PyMethodDef functions[] = {
    {"scan", (PyCFunction)(void (*)(void))scan, METH_FASTCALL, scan_doc},
    {"deliver", (PyCFunction)(void (*)(void))deliver, METH_FASTCALL, deliver_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "kairan._native", .m_size = 0, .m_methods = functions,
};

PyMODINIT_FUNC PyInit__native(void)
{
    PyObject *made = PyModule_Create(&module);
    if (made != NULL && PyModule_AddIntConstant(made, "EDITION", EDITION) < 0)
        Py_CLEAR(made);
    return made;
}
