import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A plain loop with routing's promise: poll, decide, produce, flush, commit; client settings as routing's. */
public class Loop {
    public static void main(String[] arguments) throws Exception {
        Job job = new Job(arguments[0]);
        AtomicReference<Exception> failed = new AtomicReference<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(job, arguments[2]);
                KafkaProducer<byte[], byte[]> producer = producer(job)) {
            consumer.subscribe(List.of(arguments[1]));
            while (failed.get() == null) {
                ConsumerRecords<byte[], byte[]> batch = consumer.poll(Duration.ofMillis(300));
                if (!batch.isEmpty()) {
                    job.tell();
                }
                for (ConsumerRecord<byte[], byte[]> record : batch) {
                    job.route(record.partition(), record.offset(), record.value(), made ->
                        producer.send(new ProducerRecord<>(made.topic(), made.key(), made.value()), (at, error) -> {
                            if (error != null) {
                                failed.set(error);
                            }
                        }));
                }
                if (!batch.isEmpty()) {
                    producer.flush();
                    if (failed.get() == null) {
                        consumer.commitSync();
                        job.tell();
                    }
                }
            }
        }
        throw failed.get();
    }

    static KafkaConsumer<byte[], byte[]> consumer(Job job, String group) {
        Properties with = job.properties();
        with.put("group.id", group);
        with.put("auto.offset.reset", "earliest");
        with.put("enable.auto.commit", "false");
        with.put("max.poll.records", "5000");
        with.put("max.partition.fetch.bytes", "1048576");
        return new KafkaConsumer<>(with, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static KafkaProducer<byte[], byte[]> producer(Job job) {
        Properties with = job.properties();
        with.put("acks", "all");
        with.put("enable.idempotence", "true");
        with.put("compression.type", "lz4");
        with.put("linger.ms", "50");
        with.put("batch.size", "1000000");
        with.put("buffer.memory", "67108864");
        return new KafkaProducer<>(with, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
