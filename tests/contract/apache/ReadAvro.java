import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Reads records as Apache Avro for Java does: a line in ("path of a schema, hexadecimal digits"), a line out
 * ("READ" and the record in JSON, "LEFT" where bytes are left over, or the class of what was thrown).
 */
public class ReadAvro {
    static final GenericData PLAIN = new GenericData();

    public static void main(String[] arguments) throws Exception {
        Map<String, Schema> known = new HashMap<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int blank = line.lastIndexOf(' ');
            String path = line.substring(0, blank);
            if (!known.containsKey(path)) {
                known.put(path, new Schema.Parser().parse(Files.readString(Path.of(path))));
            }
            out.println(answer(known.get(path), HexFormat.of().parseHex(line.substring(blank + 1))));
        }
        out.flush();
    }

    static String answer(Schema schema, byte[] bytes) {
        try {
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
            Object read = new GenericDatumReader<>(schema, schema, PLAIN).read(null, decoder);
            return decoder.isEnd() ? "READ " + json(new StringBuilder(), read) : "LEFT";
        } catch (Exception | StackOverflowError | OutOfMemoryError error) {
            return error.getClass().getSimpleName();
        }
    }

    static StringBuilder json(StringBuilder to, Object value) {
        if (value instanceof IndexedRecord record) {
            char before = '{';
            for (Schema.Field field : record.getSchema().getFields()) {
                to.append(before).append('"').append(field.name()).append("\":");
                json(to, record.get(field.pos()));
                before = ',';
            }
            return to.append('}');
        }
        if (value instanceof Iterable<?> items) {
            char before = '[';
            for (Object item : items) {
                json(to.append(before), item);
                before = ',';
            }
            return to.append(before == '[' ? "[]" : "]");
        }
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return to.append(value);
        }
        return to.append('"').append(hex(value)).append('"');
    }

    /** Texts by their UTF-16 units, which JSON cannot carry one by one; ids by their bytes. */
    static String hex(Object value) {
        if (value instanceof GenericFixed fixed) {
            return HexFormat.of().formatHex(fixed.bytes());
        }
        if (value instanceof ByteBuffer buffer) {
            return HexFormat.of().formatHex(buffer.array(), buffer.position(), buffer.limit());
        }
        return HexFormat.of().formatHex(value.toString().getBytes(StandardCharsets.UTF_16BE));
    }
}
