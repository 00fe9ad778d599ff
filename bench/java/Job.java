import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.FileWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Routing's job for the small tax record as one would write it in Java: decode with Apache Avro, look up what the
 * source's municipality and the person's standing grant to whom, encipher the ids, encode. bench/java.py writes the
 * table. Not for several threads.
 */
public class Job {
    static final int FRAME = 5;
    static final List<String> COPIED =
        List.of("version", "reason", "change", "corrects_version", "effective", "notified", "registered", "resend", "admitted");

    public record Delivery(String topic, byte[] key, byte[] value) {}

    record Parcel(
        String topic, GenericRecord envelope, Set<String> fields, Cipher subjects, Cipher references, byte[] frame) {}

    final JsonNode given;
    final Schema event;
    final Schema delivery;
    final GenericDatumReader<GenericRecord> reader;
    final GenericDatumWriter<GenericRecord> writer;
    final Map<String, List<Parcel>> parcels = new HashMap<>();
    final Map<String, String> standings = new HashMap<>();
    final FileWriter turns;
    BinaryDecoder decoder;
    BinaryEncoder encoder;

    public Job(String table) throws Exception {
        given = new ObjectMapper().readTree(Path.of(table).toFile());
        event = new Schema.Parser().parse(Path.of(given.get("event").asText()).toFile());
        delivery = new Schema.Parser().parse(Path.of(given.get("delivery").asText()).toFile());
        GenericData plain = new GenericData();
        reader = new GenericDatumReader<>(event, event, plain);
        writer = new GenericDatumWriter<>(delivery, plain);
        given.get("standings").properties().forEach(each -> standings.put(each.getKey(), each.getValue().asText()));
        for (Map.Entry<String, JsonNode> each : given.get("parcels").properties()) {
            List<Parcel> found = new ArrayList<>();
            for (JsonNode parcel : each.getValue()) {
                found.add(parcel(parcel));
            }
            parcels.put(each.getKey(), found);
        }
        turns = new FileWriter(System.getenv("BENCH_TURNS"), true);
    }

    Parcel parcel(JsonNode from) throws Exception {
        byte[] sample = hex(from.get("sample").asText());
        GenericRecord read = new GenericDatumReader<GenericRecord>(delivery)
            .read(null, DecoderFactory.get().binaryDecoder(sample, FRAME, sample.length - FRAME, null));
        Set<String> fields = new HashSet<>();
        from.get("fields").forEach(field -> fields.add(field.asText()));
        byte[] frame = java.util.Arrays.copyOf(sample, FRAME);
        return new Parcel(
            from.get("topic").asText(), (GenericRecord) read.get("envelope"), fields, cipher(from.get("subjects")),
            cipher(from.get("references")), frame);
    }

    public void route(int partition, long offset, byte[] value, Consumer<Delivery> to) throws Exception {
        decoder = DecoderFactory.get().binaryDecoder(value, FRAME, value.length - FRAME, decoder);
        GenericRecord read = reader.read(null, decoder);
        GenericRecord stated = (GenericRecord) read.get("envelope");
        GenericRecord subject = (GenericRecord) stated.get("subject");
        byte[] handle = ((GenericData.Fixed) subject.get("handle")).bytes();
        byte[] id = ((GenericData.Fixed) stated.get("id")).bytes();
        String source = ((GenericRecord) stated.get("source")).get("municipality").toString();
        String standing = standings.getOrDefault(HexFormat.of().formatHex(handle), stated.get("protection").toString());
        for (Parcel parcel : parcels.get(source + "/" + standing)) {
            byte[] key = parcel.subjects.doFinal(handle);
            GenericRecord envelope = envelope(parcel, stated, subject, key, parcel.references.doFinal(id));
            GenericRecord at = new GenericData.Record((GenericData.Record) parcel.envelope.get("position"), false);
            at.put("partition", partition);
            at.put("offset", offset);
            envelope.put("position", at);
            to.accept(new Delivery(parcel.topic, key, encoded(parcel, envelope, read)));
        }
    }

    GenericRecord envelope(Parcel parcel, GenericRecord stated, GenericRecord subject, byte[] key, byte[] reference) {
        GenericRecord envelope = new GenericData.Record((GenericData.Record) parcel.envelope, false);
        for (String name : COPIED) {
            envelope.put(name, stated.get(name));
        }
        GenericRecord told = new GenericData.Record((GenericData.Record) parcel.envelope.get("subject"), false);
        told.put("kind", subject.get("kind"));
        told.put("pairwise_id", new GenericData.Fixed(told.getSchema().getField("pairwise_id").schema(), key));
        envelope.put("subject", told);
        envelope.put("event_ref", new GenericData.Fixed(envelope.getSchema().getField("event_ref").schema(), reference));
        return envelope;
    }

    byte[] encoded(Parcel parcel, GenericRecord envelope, GenericRecord read) throws Exception {
        GenericRecord made = new GenericData.Record(delivery);
        made.put("envelope", envelope);
        for (String name : parcel.fields) {
            made.put(name, read.get(name));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        out.write(parcel.frame);
        encoder = EncoderFactory.get().binaryEncoder(out, encoder);
        writer.write(made, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    /** A line for each turn, as bench/contenders/telling.py writes it. */
    public void tell() throws Exception {
        Instant now = Instant.now();
        turns.write(now.getEpochSecond() * 1_000_000_000L + now.getNano() + "\n");
        turns.flush();
    }

    public Properties properties() {
        Properties found = new Properties();
        given.get("properties").properties().forEach(each -> found.put(each.getKey(), each.getValue().asText()));
        return found;
    }

    static Cipher cipher(JsonNode key) throws Exception {
        Cipher made = Cipher.getInstance("AES/ECB/NoPadding");
        made.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(hex(key.asText()), "AES"));
        return made;
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
