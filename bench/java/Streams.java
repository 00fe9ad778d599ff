import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** The same job as a stateless topology of Kafka Streams, as it comes; one thread, as Loop has. */
public class Streams {
    public static void main(String[] arguments) throws Exception {
        Job job = new Job(arguments[0]);
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(arguments[1], Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
            .process(() -> new Routing(job))
            .to((key, made, context) -> made.topic(), Produced.with(Serdes.ByteArray(),
                Serdes.serdeFrom((topic, made) -> made.value(), (topic, bytes) -> null)));
        Properties with = job.properties();
        with.put("application.id", arguments[2]);
        with.put("auto.offset.reset", "earliest");
        with.put("state.dir", arguments[3]);
        KafkaStreams streams = new KafkaStreams(builder.build(), with);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    static class Routing extends ContextualProcessor<byte[], byte[], byte[], Job.Delivery> {
        static boolean told;
        final Job job;

        Routing(Job job) {
            this.job = job;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            RecordMetadata at = context().recordMetadata().orElseThrow();
            try {
                if (!told) {
                    told = true;
                    job.tell();
                }
                job.route(at.partition(), at.offset(), record.value(), made ->
                    context().forward(new Record<>(made.key(), made, record.timestamp())));
            } catch (Exception error) {
                throw new IllegalStateException(error);
            }
        }
    }
}
